/**
 * From a target to a byte stream: TCP or Unix socket, and TLS where the target's sslmode wants it. Which words try
 * what, and in which order, is libpq's: `prefer` goes on unencrypted on the same connection when the server has
 * no TLS. It never sends a password; that is authenticate.ts, after the stream is what it should be.
 */
import { connect as connectSocket, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { serialize } from "pg-protocol";
import { LockstepError } from "../../core/errors.ts";
import { isSocketFolder, type ConnectionTarget } from "./target.ts";

export type Encryption = "none" | "optional" | "required";

/** One time limit over all of connecting: what it guards is destroyed when time is up. */
export interface TimeLimit {
  readonly guard: (socket: Duplex) => void;
  readonly isOver: () => boolean;
  /** Connecting is over; nothing is guarded any more. */
  readonly lift: () => void;
}

/** An abort ends it early. */
export function timeLimit(durationMs: number, signal?: AbortSignal): TimeLimit {
  const guarded = new Set<Duplex>();
  let over = false;
  const end = (why: string): void => {
    over = true;
    for (const socket of guarded) socket.destroy(new Error(why));
  };
  const timer = setTimeout(() => end("timed out"), durationMs);
  const onAbort = (): void => end("aborted");
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    guard: (socket) => void guarded.add(socket),
    isOver: () => over,
    lift: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

export interface Transport {
  readonly stream: Duplex;
  readonly encrypted: boolean;
  /** The server's certificate in DER, for channel binding. */
  readonly certificate: Buffer | undefined;
}

export async function openTransport(
  target: ConnectionTarget,
  encryption: Encryption,
  limit: TimeLimit,
): Promise<Transport> {
  const socket = connectSocket(address(target));
  limit.guard(socket);
  try {
    await connected(socket);
    return await negotiate(socket, target, encryption);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The encryptions to try for an sslmode, in order. Unix sockets are never encrypted. */
export function encryptionAttempts(target: ConnectionTarget): readonly Encryption[] {
  if (isSocketFolder(target.host)) return ["none"];
  switch (target.tls.mode) {
    case "disable":
      return ["none"];
    case "allow":
      return ["none", "required"];
    case "prefer":
      return ["optional", "none"];
    default:
      return ["required"];
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, keepAliveDelayMs);
      resolve();
    });
  });
}

/** A peer that vanished is noticed within minutes, also by a session that only waits. */
const keepAliveDelayMs = 30_000;

function address(target: ConnectionTarget): { path: string } | { host: string; port: number } {
  const { host, port } = target;
  if (isSocketFolder(host)) {
    const folder = host.startsWith("@") ? `\0${host.slice(1)}` : host.replace(/\/+$/, "");
    return { path: `${folder}/.s.PGSQL.${port}` };
  }
  return { host: target.address ?? host, port };
}

async function negotiate(
  socket: Socket,
  target: ConnectionTarget,
  encryption: Encryption,
): Promise<Transport> {
  if (encryption === "none") return { stream: socket, encrypted: false, certificate: undefined };
  socket.write(serialize.requestSsl());
  const answer = await readAnswer(socket);
  if (answer === "N") {
    if (encryption === "optional")
      return { stream: socket, encrypted: false, certificate: undefined };
    throw new LockstepError(
      "CONNECT.TLS_UNSUPPORTED",
      `the server speaks no TLS, and sslmode is ${target.tls.mode}`,
    );
  }
  const { encrypt } = await import("./tls.ts");
  const secure = await encrypt(socket, target);
  const { raw } = secure.getPeerCertificate();
  return { stream: secure, encrypted: true, certificate: raw };
}

/** One byte, S or N. More would be what somebody in between wants to be taken for the server's word. */
function readAnswer(socket: Socket): Promise<"S" | "N"> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    const closed = (): void => reject(new Error("the server closed the connection"));
    socket.once("error", failed);
    socket.once("close", closed);
    socket.once("data", (packet: Buffer) => {
      socket.pause();
      socket.off("error", failed);
      socket.off("close", closed);
      const answer = packet.toString("latin1");
      if (answer === "S" || answer === "N") resolve(answer);
      else reject(notPostgres(packet));
    });
  });
}

function notPostgres(packet: Buffer): LockstepError {
  const begin = packet.toString("latin1", 0, 4);
  const what = begin === "HTTP" ? "an HTTP server" : "something that does not speak PostgreSQL";
  return new LockstepError("CONNECT.NOT_POSTGRES", `at that address is ${what}`);
}
