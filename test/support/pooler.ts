/**
 * A transaction pooler of the tests' own, for machines without pgbouncer: each transaction of a client runs on
 * whichever server connection is free. Like pgbouncer it invents the key that it gives to clients, refuses startup
 * parameters that it does not know, and does not reset what a session has set.
 */
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { onTestFinished } from "vitest";
import { authenticate } from "../../src/adapters/postgres/authenticate.ts";
import { resolveTarget } from "../../src/adapters/postgres/settings.ts";
import { openTransport, timeLimit } from "../../src/adapters/postgres/transport.ts";
import { frameReader, message, sslRequestCode, startupCode, startupParameters } from "./frames.ts";
import { fatal } from "./proxy.ts";

export interface Pooler {
  readonly url: string;
}

interface ServerConnection {
  readonly stream: Duplex;
  readonly parameters: ReadonlyMap<string, string>;
  owner: Client | undefined;
  /** Questions of the owner that are not answered yet: it may send several before it reads. */
  unanswered: number;
}

interface Client {
  readonly socket: Socket;
  server: ServerConnection | undefined;
}

interface Pool {
  readonly idle: ServerConnection[];
  readonly waiting: ((server: ServerConnection) => void)[];
}

const known: ReadonlySet<string> = new Set([
  "user",
  "database",
  "application_name",
  "client_encoding",
]);

/** Closed when the test has finished. */
export async function startPooler(url: string, size = 4): Promise<Pooler> {
  const pool: Pool = { idle: [], waiting: [] };
  const servers = await Promise.all(Array.from({ length: size }, () => openServer(url, pool)));
  pool.idle.push(...servers);
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    serve(pool, { socket, server: undefined }, servers[0]?.parameters ?? new Map());
  });
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.stream.destroy();
    await new Promise<void>((closed) => listener.close(() => closed()));
  });
  const through = new URL(url);
  const { port } = listener.address() as AddressInfo;
  through.host = `127.0.0.1:${port}`;
  return { url: through.href };
}

async function openServer(url: string, pool: Pool): Promise<ServerConnection> {
  const target = resolveTarget({ url, environment: {} });
  const limit = timeLimit(10_000);
  const transport = await openTransport(target, "none", limit);
  limit.lift();
  const { user, database } = target;
  const { wire } = await authenticate(transport, target, {
    user,
    database,
    application_name: "pooler",
  });
  const server: ServerConnection = {
    stream: transport.stream,
    parameters: wire.parameters,
    owner: undefined,
    unanswered: 0,
  };
  transport.stream.removeAllListeners("data");
  const read = frameReader("server");
  transport.stream.on("data", (chunk: Buffer) => {
    for (const frame of read(chunk)) {
      const { owner } = server;
      owner?.socket.write(frame.bytes);
      if (frame.type !== "Z") continue;
      server.unanswered -= 1;
      if (frame.body.toString() === "I" && server.unanswered <= 0) giveBack(pool, server);
    }
  });
  return server;
}

/** The one that was used longest ago is used next, so that a client soon meets another. */
function giveBack(pool: Pool, server: ServerConnection): void {
  if (server.owner !== undefined) server.owner.server = undefined;
  server.owner = undefined;
  const next = pool.waiting.shift();
  if (next === undefined) pool.idle.push(server);
  else next(server);
}

function lend(pool: Pool): Promise<ServerConnection> {
  const server = pool.idle.shift();
  if (server !== undefined) return Promise.resolve(server);
  return new Promise((resolve) => pool.waiting.push(resolve));
}

function serve(pool: Pool, client: Client, parameters: ReadonlyMap<string, string>): void {
  const { socket } = client;
  const read = frameReader("client");
  let chain = Promise.resolve();
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    // A client that left in a transaction: the server connection rolls back and goes home.
    if (client.server === undefined) return;
    client.server.unanswered += 1;
    client.server.stream.write(message("Q", "rollback"));
  });
  socket.on("data", (chunk: Buffer) => {
    for (const frame of read(chunk)) {
      if (frame.type === "startup") greet(socket, frame.body, parameters);
      else if (frame.type === "X") socket.end();
      else {
        chain = chain.then(async () => {
          client.server ??= await lend(pool);
          client.server.owner = client;
          if (frame.type === "Q" || frame.type === "S") client.server.unanswered += 1;
          client.server.stream.write(frame.bytes);
        });
      }
    }
  });
}

function greet(socket: Socket, body: Buffer, parameters: ReadonlyMap<string, string>): void {
  if (startupCode(body) === sslRequestCode) {
    socket.write("N");
    return;
  }
  const unknown = [...startupParameters(body).keys()].find((name) => !known.has(name));
  if (unknown !== undefined) {
    socket.end(fatal("08P01", `unsupported startup parameter: ${unknown}`));
    return;
  }
  socket.write(message("R", 0));
  for (const [name, value] of parameters) socket.write(message("S", name, value));
  socket.write(message("K", Math.floor(Math.random() * 1e9), 1));
  socket.write(message("Z", Buffer.from("I")));
}
