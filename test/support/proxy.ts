/**
 * A TCP proxy in front of a server that understands PostgreSQL's messages well enough to count them, and that does
 * one thing at the n-th: cut the connection, fall silent, or call the test. It counts over all connections whose
 * application_name the test is interested in, and tells how many faults it has really injected.
 */
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import {
  frameReader,
  message,
  sslRequestCode,
  startupCode,
  startupParameters,
  textOfBody,
  type Frame,
} from "./frames.ts";

export type FaultPoint =
  /** A ReadyForQuery has come from the server: a query or a whole script is answered. */
  | "readyForQuery"
  /** A CommandComplete has come: one statement is done. */
  | "commandComplete"
  /** The server has committed, and its answer has not been passed on. */
  | "committed"
  /** The client has sent a message that holds COMMIT, and it has not been passed on. */
  | "commitSent";

export interface Fault {
  readonly point: FaultPoint;
  /** Counted from 1 since the fault was set; `each`: whenever it comes. */
  readonly nth: number | "each";
  /**
   * reset: both sides get a TCP reset. stall: nothing passes any more, and nothing is closed.
   * A function: called, and the message is passed on when it has resolved.
   */
  readonly action: "reset" | "stall" | (() => void | Promise<void>);
}

export interface Counts {
  readonly readyForQuery: number;
  readonly commandComplete: number;
  readonly committed: number;
  readonly commitSent: number;
}

export interface WireProxy {
  readonly port: number;
  /** The same URL by way of the proxy. */
  readonly urlOf: (url: string) => string;
  /** What has passed since the start or the last inject(). */
  readonly counts: () => Counts;
  readonly injected: () => number;
  /** Sets the fault and counts from zero. */
  readonly inject: (fault: Fault | undefined) => void;
  readonly connections: () => number;
  /** Cuts the counted connections now: both sides, or the client's alone, so that the server knows nothing of it. */
  readonly cut: (side: "both" | "client") => void;
  readonly close: () => Promise<void>;
}

export interface ProxyOptions {
  /** The server, as a URL with host and port. */
  readonly to: string;
  /** Which connections are counted, by application_name; by default all. */
  readonly only?: (applicationName: string) => boolean;
}

interface State {
  readonly options: ProxyOptions;
  readonly sockets: Set<Socket>;
  readonly links: Set<Link>;
  counts: Record<FaultPoint, number>;
  fault: Fault | undefined;
  injected: number;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  counted: boolean;
  /** Nothing passes any more. */
  dead: boolean;
}

/** Closed when the test has finished. */
export async function startProxy(options: ProxyOptions): Promise<WireProxy> {
  const state: State = {
    options,
    sockets: new Set(),
    links: new Set(),
    counts: none(),
    fault: undefined,
    injected: 0,
  };
  const listener = createServer((client) => link(state, client));
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  const { port } = listener.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of state.sockets) socket.destroy();
    await new Promise<void>((closed) => listener.close(() => closed()));
  };
  onTestFinished(close);
  return {
    port,
    urlOf: (url) => {
      const through = new URL(url);
      through.host = `127.0.0.1:${port}`;
      return through.href;
    },
    counts: () => ({ ...state.counts }),
    injected: () => state.injected,
    inject: (fault) => {
      state.fault = fault;
      state.counts = none();
    },
    connections: () => state.sockets.size / 2,
    cut: (side) => cut(state, side),
    close,
  };
}

function cut(state: State, side: "both" | "client"): void {
  for (const both of state.links) {
    if (!both.counted || both.dead) continue;
    both.dead = true;
    state.injected += 1;
    both.client.resetAndDestroy();
    if (side === "both") both.server.resetAndDestroy();
  }
}

function none(): Record<FaultPoint, number> {
  return { readyForQuery: 0, commandComplete: 0, committed: 0, commitSent: 0 };
}

function link(state: State, client: Socket): void {
  const target = new URL(state.options.to);
  const server = connect(Number(target.port), target.hostname);
  const both: Link = { client, server, counted: false, dead: false };
  state.links.add(both);
  server.on("close", () => state.links.delete(both));
  for (const [socket, peer] of [
    [client, server],
    [server, client],
  ] as const) {
    state.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => peer.destroy());
    socket.on("close", () => {
      state.sockets.delete(socket);
      if (!both.dead) peer.end();
    });
  }
  forward(client, frameReader("client"), (frame) => fromClient(state, both, frame));
  forward(server, frameReader("server"), (frame) => fromServer(state, both, frame));
}

/** Frames are handled one after the other, also when one has to wait. */
function forward(
  source: Socket,
  read: (chunk: Buffer) => readonly Frame[],
  handle: (frame: Frame) => Promise<void>,
): void {
  let chain = Promise.resolve();
  source.on("data", (chunk: Buffer) => {
    for (const frame of read(chunk)) chain = chain.then(() => handle(frame));
  });
}

async function fromClient(state: State, both: Link, frame: Frame): Promise<void> {
  if (frame.type === "startup") {
    if (startupCode(frame.body) === sslRequestCode) {
      // The proxy has to read what passes, so there is no TLS through it.
      both.client.write("N");
      return;
    }
    const name = startupParameters(frame.body).get("application_name") ?? "";
    both.counted = state.options.only?.(name) ?? true;
  }
  const commits = frame.type === "Q" && /\bcommit\b/i.test(textOfBody(frame.body));
  if (commits) await pass(state, both, "commitSent");
  if (!both.dead) both.server.write(frame.bytes);
}

async function fromServer(state: State, both: Link, frame: Frame): Promise<void> {
  if (frame.type === "C") {
    if (textOfBody(frame.body) === "COMMIT") await pass(state, both, "committed");
    await pass(state, both, "commandComplete");
  }
  if (frame.type === "Z") await pass(state, both, "readyForQuery");
  if (!both.dead) both.client.write(frame.bytes);
}

async function pass(state: State, both: Link, point: FaultPoint): Promise<void> {
  if (!both.counted || both.dead) return;
  state.counts[point] += 1;
  const { fault } = state;
  if (fault?.point !== point) return;
  if (fault.nth !== "each" && state.counts[point] !== fault.nth) return;
  state.injected += 1;
  if (typeof fault.action === "function") {
    await fault.action();
    return;
  }
  both.dead = true;
  if (fault.action === "stall") return;
  both.client.resetAndDestroy();
  both.server.resetAndDestroy();
}

/** The server's own words when it ends a connection, for tests that need the proxy to say them. */
export function fatal(sqlState: string, text: string): Buffer {
  return message("E", Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${text}\0\0`));
}
