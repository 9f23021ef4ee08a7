import { createServer, type AddressInfo, type Socket } from "node:net";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { postgresDatabase } from "../../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../../src/adapters/postgres/settings.ts";
import { LockstepError } from "../../../src/core/errors.ts";
import { administer, testDatabase, testRole } from "../../support/database.ts";
import { message, sslRequestCode } from "../../support/frames.ts";
import { fatal } from "../../support/proxy.ts";

const canary = "c4n4ry-s3cret";

async function failureOf(url: string): Promise<LockstepError> {
  const environment = { PGCONNECT_TIMEOUT: "1" };
  const error: unknown = await postgresDatabase(resolveTarget({ url, environment }))
    .connect()
    .then(
      (session) => session.close(),
      (reason: unknown) => reason,
    );
  if (!(error instanceof LockstepError)) throw new Error(`expected an error, got ${String(error)}`);
  const everything = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)];
  for (const text of everything) expect(text).not.toContain(canary);
  expect(error.state).toBe("nothing was changed");
  return error;
}

/** A server that says something else than PostgreSQL would. */
async function impostor(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => answer(socket));
  });
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((closed) => listener.close(() => closed()));
  });
  const { port } = listener.address() as AddressInfo;
  return `postgres://ann:${canary}@127.0.0.1:${port}/shop?sslmode=disable`;
}

test("nothing listens", async () => {
  const url = await impostor(() => undefined);
  const listener = createServer();
  await new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready));
  const { port } = listener.address() as AddressInfo;
  await new Promise<void>((closed) => listener.close(() => closed()));
  const error = await failureOf(url.replace(/:\d+\/shop/, `:${port}/shop`));
  expect(error).toMatchObject({
    code: "CONNECT.REFUSED",
    message: `nothing listens at 127.0.0.1:${port}`,
  });
  const socket = await failureOf(`postgres://ann:${canary}@%2Fno%2Fsuch/shop`);
  expect(socket.code).toBe("CONNECT.REFUSED");
});

test("a host without an address", async () => {
  const error = await failureOf(`postgres://ann:${canary}@no-such-host.invalid/shop`);
  expect(["CONNECT.DNS", "CONNECT.TIMEOUT"]).toContain(error.code);
});

test("no answer in time", async () => {
  expect((await failureOf(await impostor(() => undefined))).code).toBe("CONNECT.TIMEOUT");
});

test("something that hangs up, and something that speaks HTTP", async () => {
  expect((await failureOf(await impostor((socket) => socket.destroy()))).code).toBe("CONNECT.LOST");
  const http = await impostor((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect((await failureOf(http)).code).toBe("CONNECT.LOST");
  const asked = http.replace("disable", "prefer");
  expect((await failureOf(asked)).code).toBe("CONNECT.NOT_POSTGRES");
});

test("bytes slipped in behind the answer about TLS are refused", async () => {
  const url = await impostor((socket) => socket.write("Sand more"));
  const error = await failureOf(url.replace("disable", "require"));
  expect(error.code).toBe("CONNECT.NOT_POSTGRES");
  expect(sslRequestCode).toBe(80_877_103);
});

test.each([
  ["57P03", "the database system is starting up", "CONNECT.STARTING"],
  ["53300", "sorry, too many clients already", "CONNECT.TOO_MANY"],
  ["28000", "no pg_hba.conf entry", "CONNECT.REJECTED"],
  ["XX000", "something else", "CONNECT.REJECTED"],
])("the server's %s (%s) is %s", async (sqlState, text, code) => {
  const error = await failureOf(await impostor((socket) => socket.end(fatal(sqlState, text))));
  expect(error).toMatchObject({ code, message: text, sqlState });
});

test("a way to authenticate that is not spoken", async () => {
  const url = await impostor((socket) => socket.write(message("R", 7)));
  expect((await failureOf(url)).code).toBe("CONNECT.AUTH_METHOD");
});

test("a server that can't prove that it knows the password gets nothing more", async () => {
  const url = await impostor((socket) => {
    socket.write(message("R", 10, Buffer.from("SCRAM-SHA-256\0\0")));
    socket.once("data", (packet: Buffer) => {
      const nonce = /r=([^,]+)$/.exec(packet.toString("latin1"))?.[1] ?? "";
      const challenge = Buffer.from(`r=${nonce}more,s=c2FsdA==,i=4096`);
      socket.write(message("R", 11, challenge));
      socket.once("data", () => {
        const forged = Buffer.from(`v=${Buffer.alloc(32).toString("base64")}`);
        socket.write(Buffer.concat([message("R", 12, forged), message("R", 0)]));
        socket.write(message("Z", Buffer.from("I")));
      });
    });
  });
  expect((await failureOf(url)).code).toBe("CONNECT.AUTH");
});

test("an absent database names the command that makes it", async () => {
  const { url } = await testDatabase();
  const error = await failureOf(url.replace(/\/test_\w+/, "/absent"));
  expect(error).toMatchObject({
    code: "CONNECT.DATABASE_ABSENT",
    next: expect.stringMatching(/^lockstep create /),
  });
});

test("a wrong password, and a role that is not let in", async () => {
  const database = await testDatabase();
  const url = new URL(database.url);
  url.password = canary;
  expect((await failureOf(url.href)).code).toBe("CONNECT.AUTH");
  const role = await testRole(database.major, `nologin password '${canary}'`);
  url.username = role;
  expect((await failureOf(url.href)).code).toBe("CONNECT.REJECTED");
});

test("a server that has another salt at the second connection is answered by it", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, `login password '${canary}'`);
  const url = new URL(database.url);
  url.username = role;
  url.password = canary;
  const target = postgresDatabase(resolveTarget({ url: url.href, environment: {} }));
  for (const isSaltedAnew of [false, false, true]) {
    if (isSaltedAnew) {
      await administer(database.major, `alter role ${role} password '${canary}'`);
    }
    const session = await target.connect();
    await session.close();
  }
  await administer(database.major, `alter role ${role} password 'another'`);
  await expect(target.connect()).rejects.toMatchObject({ code: "CONNECT.AUTH" });
});

test("a database that is full is told as full", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, `login password '${canary}' connection limit 0`);
  const url = new URL(database.url);
  [url.username, url.password] = [role, canary];
  expect((await failureOf(url.href)).code).toBe("CONNECT.TOO_MANY");
  await administer(database.major, `alter role ${role} connection limit -1`);
});
