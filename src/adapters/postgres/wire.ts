/**
 * One connection's conversation: messages in, requests out, in order. It knows when a request is answered
 * (ReadyForQuery) and keeps several in flight; what the messages of a request mean is the request's own business.
 * It never retries and never decides what a lost connection means for what was in flight.
 */
import type { Duplex } from "node:stream";
import { Parser } from "pg-protocol/dist/parser.js";
import { serialize } from "pg-protocol";
import { LockstepError } from "../../core/errors.ts";
import { ConnectionLost, type Notice, type TransactionStatus } from "../../ports/database.ts";
import { openFrames, type CopyTaker } from "./frames.ts";
import { asBackendMessage, type BackendMessage } from "./messages.ts";
import { toNotice, toServerError } from "./server-error.ts";

export interface Request {
  /** What to send when its turn comes. */
  readonly bytes: readonly Uint8Array[];
  /** Nothing else may be in flight: COPY, and scripts that might begin one. */
  readonly exclusive: boolean;
  readonly onMessage: (message: BackendMessage) => void;
  /** Takes rows as they are on the wire instead of as messages: where the row's fields begin. */
  readonly onRow?: ((bytes: Buffer, offset: number) => void) | undefined;
  /** Takes what COPY sends as it comes instead of as messages: without headers, and cut where the network cuts it. */
  readonly onCopyData?: CopyTaker | undefined;
  readonly onReady: () => void;
  readonly onLost: (lost: ConnectionLost) => void;
  /** Called after each packet from the network, so that small pieces can be handed on together. */
  readonly onPacket?: () => void;
}

export interface Wire {
  readonly stream: Duplex;
  readonly parameters: ReadonlyMap<string, string>;
  readonly ended: Promise<void>;
  readonly transaction: () => TransactionStatus;
  readonly request: (request: Request) => void;
  /** Sends what belongs to the request that is in flight; false when the network asks for a pause. */
  readonly send: (bytes: Uint8Array) => boolean;
  readonly drained: () => Promise<void>;
  readonly onNotice: (listener: (notice: Notice) => void) => () => void;
  readonly close: () => Promise<void>;
  readonly abort: (cause: Error) => void;
}

interface State {
  readonly stream: Duplex;
  readonly waiting: Request[];
  readonly inFlight: Request[];
  readonly parameters: Map<string, string>;
  readonly noticeListeners: Set<(notice: Notice) => void>;
  status: TransactionStatus;
  lastError: ReturnType<typeof toServerError> | undefined;
  lost: ConnectionLost | undefined;
  closing: boolean;
}

export function openWire(stream: Duplex): Wire {
  const state: State = {
    stream,
    waiting: [],
    inFlight: [],
    parameters: new Map(),
    noticeListeners: new Set(),
    status: "idle",
    lastError: undefined,
    lost: undefined,
    closing: false,
  };
  const ended = listen(state);
  return {
    stream,
    parameters: state.parameters,
    ended,
    transaction: () => state.status,
    request: (request) => enqueue(state, request),
    send: (bytes) => (state.lost === undefined ? stream.write(bytes) : true),
    drained: () => Promise.race([ended, new Promise<void>((done) => stream.once("drain", done))]),
    onNotice: (listener) => {
      state.noticeListeners.add(listener);
      return () => state.noticeListeners.delete(listener);
    },
    close: () => close(state, ended),
    abort: (cause) => stream.destroy(cause),
  };
}

function listen(state: State): Promise<void> {
  const { stream } = state;
  const parser = new Parser();
  const frames = openFrames({
    onRow: () => state.inFlight[0]?.onRow,
    onCopyData: () => state.inFlight[0]?.onCopyData,
    onOthers: (bytes) =>
      parser.parse(bytes, (decoded) => receive(state, asBackendMessage(decoded))),
  });
  stream.on("data", (packet: Buffer) => {
    try {
      frames.take(packet);
    } catch (error) {
      stream.destroy(unreadable(error));
      return;
    }
    state.inFlight[0]?.onPacket?.();
  });
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure ??= error;
  });
  stream.on("end", () => stream.end());
  // The negotiation of TLS leaves the stream paused, so that nothing is lost before there is a listener.
  stream.resume();
  return new Promise((resolve) => {
    stream.once("close", () => {
      lose(state, failure);
      resolve();
    });
  });
}

function receive(state: State, message: BackendMessage): void {
  switch (message.name) {
    case "notice":
      for (const listener of state.noticeListeners) listener(toNotice(message));
      return;
    case "parameterStatus":
      state.parameters.set(message.parameterName, message.parameterValue);
      return;
    case "notification":
      return;
    case "readyForQuery":
      state.status = statusOf(message.status);
      state.inFlight.shift()?.onReady();
      pump(state);
      return;
    case "error":
      if (message.code === undefined) {
        state.stream.destroy(notPostgres());
        return;
      }
      // A fatal error is not followed by ReadyForQuery: the connection's end tells the request.
      if (isFatal(message.severity, message.code)) state.lastError = toServerError(message, 0);
      state.inFlight[0]?.onMessage(message);
      return;
    default:
      state.inFlight[0]?.onMessage(message);
  }
}

/** The decoder throws at what it does not know; a way to authenticate is the one thing that can be named. */
function unreadable(error: unknown): LockstepError {
  const text = error instanceof Error ? error.message : "";
  const method = /^Unknown authenticationOk message type (\d+)/.exec(text)?.[1];
  if (method === undefined) return notPostgres(error);
  const message = `the server asks for a way to authenticate that lockstep does not speak (code ${method})`;
  return new LockstepError("CONNECT.AUTH_METHOD", message);
}

function notPostgres(cause?: unknown): LockstepError {
  const details = cause === undefined ? {} : { cause };
  const message = "what answers there sends what is not PostgreSQL's protocol";
  return new LockstepError("CONNECT.NOT_POSTGRES", message, details);
}

/** The severity word is translated by the server's lc_messages, so the class of the code decides where it can. */
function isFatal(severity: string | undefined, sqlState: string): boolean {
  return severity === "FATAL" || severity === "PANIC" || /^(57P0[1-5]|08|25P0[34])/.test(sqlState);
}

function statusOf(letter: string): TransactionStatus {
  if (letter === "T") return "open";
  return letter === "E" ? "failed" : "idle";
}

function enqueue(state: State, request: Request): void {
  if (state.lost !== undefined) {
    request.onLost(state.lost);
    return;
  }
  if (state.closing) {
    request.onLost(new ConnectionLost("the session is closed", {}));
    return;
  }
  state.waiting.push(request);
  pump(state);
}

function pump(state: State): void {
  for (;;) {
    const next = state.waiting[0];
    if (next === undefined || state.lost !== undefined) return;
    const busy = state.inFlight.length > 0;
    if (busy && (next.exclusive || state.inFlight.some((request) => request.exclusive))) return;
    state.waiting.shift();
    state.inFlight.push(next);
    state.stream.cork();
    for (const bytes of next.bytes) state.stream.write(bytes);
    // What else is asked for before the next turn goes out in the same packet.
    process.nextTick(() => state.stream.uncork());
  }
}

function lose(state: State, failure: Error | undefined): void {
  const lastWords = state.lastError;
  const reason = lastWords?.message ?? failure?.message ?? "the server closed the connection";
  state.lost = new ConnectionLost(`connection lost: ${reason}`, {
    ...(lastWords === undefined ? {} : { lastWords }),
    ...(failure === undefined ? {} : { cause: failure }),
  });
  const unanswered = [...state.inFlight.splice(0), ...state.waiting.splice(0)];
  for (const request of unanswered) request.onLost(state.lost);
}

async function close(state: State, ended: Promise<void>): Promise<void> {
  if (!state.closing && state.lost === undefined) {
    state.closing = true;
    state.stream.end(serialize.end());
    // A server that is stopped or paused never answers the farewell; the process must not wait for it.
    const timer = setTimeout(() => state.stream.destroy(), closeTimeoutMs);
    timer.unref();
    void ended.then(() => clearTimeout(timer));
  }
  await ended;
}

const closeTimeoutMs = 2_000;
