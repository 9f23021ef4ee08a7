/**
 * Makes the target's database where it is not there yet, and stores in it which environment it is. One that is there
 * is left as it is: its name for people is stored only where it has none, or with force.
 */
import {
  nothingSaid,
  refuseOtherEnvironment,
  type SaidEnvironment,
  type StoredEnvironment,
} from "../ledger/environment.ts";
import { LockstepError } from "../core/errors.ts";
import type { Session } from "../ports/database.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import type { DeployPorts } from "./ports.ts";
import { connectPatiently, retryForMsDefault } from "./steps/connect.ts";
import { clausesOf, createDatabase, type DatabaseOptions } from "./steps/database/create.ts";
import { openMaintenance } from "./steps/database/maintenance.ts";
import { checkDatabaseName } from "./steps/database/name.ts";
import { keepEnvironment, readEnvironmentOf, replaceEnvironment } from "./steps/environment.ts";
import { ensureLedger } from "./steps/ledger/ensure.ts";
import { lookSession } from "./steps/sessions.ts";

export interface CreateRequest extends DatabaseOptions {
  readonly maintenance?: string | undefined;
  /** Store that it is protected. */
  readonly protect?: boolean;
  /** Replace the environment that the database says it is. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

export interface CreateReport {
  readonly database: string;
  /** False: it was there. */
  readonly created: boolean;
  /** As the database says now; undefined when nobody has said. */
  readonly environment: string | undefined;
  readonly isProtected: boolean;
  /** What is not as the options say, in a database that was there. */
  readonly notes: readonly string[];
}

export async function create(ports: DeployPorts, request: CreateRequest): Promise<CreateReport> {
  const { database } = ports;
  checkDatabaseName(database.name);
  const before = await openIfThere(ports, request.signal);
  const created = before === undefined ? await make(ports, request) : false;
  const session = before ?? (await open(ports, request.signal));
  try {
    const environment = await settle(session, ports, request);
    return {
      database: database.label,
      created,
      environment: environment?.name,
      isProtected: environment?.isProtected ?? false,
      notes: created ? [] : await differences(session, request),
    };
  } finally {
    await session.close();
  }
}

async function openIfThere(ports: DeployPorts, signal?: AbortSignal): Promise<Session | undefined> {
  try {
    return await open(ports, signal);
  } catch (error) {
    if (error instanceof LockstepError && error.code === "CONNECT.DATABASE_ABSENT")
      return undefined;
    throw error;
  }
}

async function open(ports: DeployPorts, signal?: AbortSignal): Promise<Session> {
  return await connectPatiently({
    database: ports.database,
    options: lookSession(crypto.randomUUID()),
    clock: ports.clock,
    progress: ports.progress,
    retryForMs: retryForMsDefault,
    signal,
  });
}

async function make(ports: DeployPorts, request: CreateRequest): Promise<boolean> {
  const { maintenance, signal } = request;
  const session = await openMaintenance({ ports, maintenance, signal });
  try {
    return await createDatabase(session, {
      name: ports.database.name,
      clauses: clausesOf(request),
      clock: ports.clock,
    });
  } finally {
    await session.close();
  }
}

/** Which environment it is, read and, where something is said, stored. */
async function settle(
  session: Session,
  ports: DeployPorts,
  request: CreateRequest,
): Promise<StoredEnvironment | undefined> {
  const given = ports.environment ?? nothingSaid;
  const said: SaidEnvironment = {
    name: given.name,
    isProtected: given.isProtected || request.protect === true,
  };
  const stored = await readEnvironmentOf(session);
  const force = request.force === true;
  if (!force) refuseOtherEnvironment(stored, said, ports.database.label);
  if (said.name === undefined && !said.isProtected) return stored;
  // The owner works with the ledger later, so it has to be the owner's.
  if (request.owner !== undefined) {
    await session.query(`set role ${quoteIdentifier(request.owner)}`);
  }
  const { toolVersion } = ports.identity;
  await ensureLedger(session, { clock: ports.clock, toolVersion });
  if (force) await replaceEnvironment(session, said);
  else await keepEnvironment(session, said);
  return await readEnvironmentOf(session);
}

/** What was asked for and is otherwise, since CREATE DATABASE was not run. */
async function differences(session: Session, request: CreateRequest): Promise<readonly string[]> {
  const [row] = await session.query(
    `select pg_catalog.pg_get_userbyid(datdba)::text as owner,
      pg_catalog.pg_encoding_to_char(encoding)::text as encoding, datcollate::text as locale
    from pg_catalog.pg_database where datname = pg_catalog.current_database()`,
  );
  if (row === undefined) return [];
  const compared = [
    ["owner", request.owner],
    ["encoding", request.encoding],
    ["locale", request.locale],
  ] as const;
  return compared.flatMap(([word, wanted]) => {
    const found = String(row[word]);
    if (wanted === undefined || plain(found) === plain(wanted)) return [];
    return [`its ${word} is ${found}, not ${wanted}`];
  });
}

/** UTF8, utf-8 and UTF-8 are one encoding, C.UTF-8 and C.utf8 one locale. */
function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, "");
}
