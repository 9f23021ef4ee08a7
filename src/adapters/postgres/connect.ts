/**
 * Connects to a target: the attempts that its sslmode allows, the startup settings that the other end takes, one
 * time limit over all of it, and every failure as a CONNECT code. Retrying is for deploy/steps/connect.ts.
 */
import { serialize } from "pg-protocol";
import { InternalError, LockstepError } from "../../core/errors.ts";
import {
  ServerError,
  type ConnectOptions,
  type Database,
  type Session,
} from "../../ports/database.ts";
import { authenticate, type BackendKey, type Greeting } from "./authenticate.ts";
import { openSession } from "./session.ts";
import { targetLabel, type ConnectionTarget } from "./target.ts";
import {
  encryptionAttempts,
  openTransport,
  timeLimit,
  type Encryption,
  type TimeLimit,
} from "./transport.ts";
import { clientVariables } from "./client-variables.ts";
import { versionNumber } from "./version.ts";

export function postgresDatabase(target: ConnectionTarget): Database {
  return {
    label: targetLabel(target),
    name: target.database,
    notes: target.notes,
    connect: (options) => connect(withDatabase(target, options), options ?? {}),
    clientVariables: () => clientVariables(target),
  };
}

function withDatabase(
  target: ConnectionTarget,
  options: ConnectOptions | undefined,
): ConnectionTarget {
  return options?.database === undefined ? target : { ...target, database: options.database };
}

async function connect(target: ConnectionTarget, options: ConnectOptions): Promise<Session> {
  const { signal } = options;
  signal?.throwIfAborted();
  const limit = timeLimit(target.connectTimeoutMs, signal);
  try {
    const settings = options.settings ?? {};
    return await settle(target, { options, settings, refused: [], limit });
  } catch (error) {
    signal?.throwIfAborted();
    const { connectError } = await import("./connect-errors.ts");
    throw connectError(error, target, limit.isOver());
  } finally {
    limit.lift();
  }
}

interface Wish {
  readonly options: ConnectOptions;
  readonly settings: Readonly<Record<string, string>>;
  readonly refused: readonly string[];
  readonly limit: TimeLimit;
}

/** Connects, leaving out one by one the startup settings that a pooler or the platform does not take. */
async function settle(target: ConnectionTarget, wish: Wish): Promise<Session> {
  try {
    const greeting = await greet(target, wish);
    return finish(target, greeting, wish.refused);
  } catch (error) {
    const names = refusedNames(error, wish.settings);
    if (names.length === 0) throw error;
    const kept = Object.entries(wish.settings).filter(([name]) => !names.includes(name));
    const settings = Object.fromEntries(kept);
    return settle(target, { ...wish, settings, refused: [...wish.refused, ...names] });
  }
}

/**
 * A pooler names the parameter that it does not know (08P01) and would name the next one after that, so all are
 * given up at once; a server names the one whose value its platform can't do (22023).
 */
function refusedNames(
  error: unknown,
  settings: Readonly<Record<string, string>>,
): readonly string[] {
  if (!(error instanceof ServerError)) return [];
  const names = Object.keys(settings);
  const named = names.filter((name) => error.message.includes(name));
  if (error.sqlState === "08P01" && /unsupported startup parameter/i.test(error.message))
    return names;
  return ["22023", "42704", "42501", "55P02"].includes(error.sqlState) ? named : [];
}

async function greet(target: ConnectionTarget, wish: Wish): Promise<Greeting> {
  const attempts = encryptionAttempts(target);
  for (const [index, encryption] of attempts.entries()) {
    try {
      return await attempt(target, encryption, wish);
    } catch (error) {
      const last = index === attempts.length - 1;
      if (last || wish.limit.isOver() || !isForOtherEncryption(error)) throw error;
    }
  }
  throw new InternalError("no way to connect was left to try");
}

/** libpq's rule for `prefer` and `allow`: a failed handshake or a pg_hba.conf refusal is worth the other way. */
function isForOtherEncryption(error: unknown): boolean {
  if (error instanceof ServerError) return error.sqlState === "28000";
  if (error instanceof LockstepError) return error.code === "CONNECT.TLS_UNSUPPORTED";
  return !isNetworkError(error);
}

function isNetworkError(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ENOENT", "EACCES", "EHOSTUNREACH"].includes(
    code,
  );
}

async function attempt(
  target: ConnectionTarget,
  encryption: Encryption,
  wish: Wish,
): Promise<Greeting> {
  const opening = openTransport(target, encryption, wish.limit);
  // What SCRAM needs is loaded while the network is on its way, instead of when the server asks.
  if (target.hasPassword) import("./scram.ts").catch(() => undefined);
  const transport = await opening;
  return authenticate(transport, target, startupParameters(target, wish));
}

function startupParameters(target: ConnectionTarget, wish: Wish): Readonly<Record<string, string>> {
  const applicationName = wish.options.applicationName ?? target.applicationName ?? "lockstep";
  return {
    user: target.user,
    database: target.database,
    application_name: applicationName,
    ...(target.options === undefined ? {} : { options: target.options }),
    ...wish.settings,
  };
}

function finish(target: ConnectionTarget, greeting: Greeting, refused: readonly string[]): Session {
  const { wire, key } = greeting;
  const number = versionNumber(wire.parameters.get("server_version") ?? "");
  if (number < oldestVersion) {
    void wire.close();
    const found = wire.parameters.get("server_version") ?? "an unknown version";
    throw new LockstepError(
      "CONNECT.VERSION",
      `the server is PostgreSQL ${found}; 14 is the oldest`,
    );
  }
  return openSession({
    wire,
    server: {
      versionNumber: number,
      major: Math.floor(number / 10_000),
      backendPid: key.processId,
      refusedSettings: refused,
    },
    cancel: () => cancel(target, key),
  });
}

const oldestVersion = 140_000;

/** A cancel request is a connection of its own, encrypted like the first, that is closed without an answer. */
async function cancel(target: ConnectionTarget, key: BackendKey): Promise<void> {
  const limit = timeLimit(target.connectTimeoutMs);
  const [encryption] = encryptionAttempts(target);
  try {
    const { stream } = await openTransport(target, encryption ?? "none", limit);
    await new Promise<void>((done) => {
      stream.once("error", () => done());
      stream.once("close", () => done());
      stream.resume();
      stream.write(serialize.cancel(key.processId, key.secretKey));
    });
  } catch {
    // When the server can't be reached there is nothing that still runs for us to cancel.
  } finally {
    limit.lift();
  }
}
