/**
 * Backups by PostgreSQL's own programs, where somebody wants theirs: pg_dump into a folder or a plain file, pg_restore
 * from the folder. The password goes through the environment, never through the list of processes.
 */
import { LockstepError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Programs } from "../ports/programs.ts";
import { copySession, withSession } from "./steps/backup/sessions.ts";
import { refuseContentOf, type ContentPorts } from "./steps/restore/target.ts";

export interface PgClientPorts {
  readonly programs: Programs;
  readonly clock: Clock;
}

export interface PgDumpRequest {
  readonly database: Database;
  readonly format: "folder" | "sql";
  readonly jobs: number;
  /** Where it is written, and what it is called when it is whole. */
  readonly output: PgDumpOutput;
}

export interface PgDumpOutput {
  readonly label: string;
  readonly partial: string;
  /** Makes the file for what is to be one: pg_dump's own would be everybody's to read. */
  claim(): Promise<void>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

export interface PgDumpReport {
  readonly path: string;
  readonly format: "folder" | "sql";
  readonly engine: "pg_dump";
  /** Of the program. */
  readonly engineMajor: number;
  readonly durationMs: number;
}

/** As long as a database takes: nobody knows how long that is. */
const timeoutMs = 2 ** 31 - 1;

export async function pgDump(
  { programs, clock }: PgClientPorts,
  { database, format, jobs, output }: PgDumpRequest,
): Promise<PgDumpReport> {
  const begin = clock.monotonicMs();
  const major = await withSession(database, copySession("backup"), (session) =>
    Promise.resolve(session.server.major),
  );
  const engineMajor = await fittingMajor(programs, "pg_dump", major);
  const shape = format === "sql" ? ["--format=plain"] : ["--format=directory", `--jobs=${jobs}`];
  const words = [
    ...shape,
    "--no-password",
    "--exclude-table-data=lockstep.leases",
    `--file=${output.partial}`,
  ];
  try {
    if (format === "sql") await output.claim();
    await runClient(programs, ["pg_dump", ...words], database);
    await output.finish();
  } catch (error) {
    await output.abandon();
    throw error;
  }
  const durationMs = Math.round(clock.monotonicMs() - begin);
  return { path: output.label, format, engine: "pg_dump", engineMajor, durationMs };
}

export interface PgRestoreRequest {
  readonly database: Database;
  /** pg_dump's folder or file. */
  readonly path: string;
  readonly jobs: number;
}

export interface PgRestoreReport {
  readonly path: string;
  readonly database: string;
  readonly engine: "pg_restore";
  readonly engineMajor: number;
  readonly durationMs: number;
}

export async function pgRestore(
  { programs, clock, ...ports }: PgClientPorts & ContentPorts,
  { database, path, jobs }: PgRestoreRequest,
): Promise<PgRestoreReport> {
  const begin = clock.monotonicMs();
  const major = await withSession(database, copySession("restore"), async (session) => {
    await refuseContentOf(ports, session);
    return session.server.major;
  });
  const engineMajor = await fittingMajor(programs, "pg_restore", major);
  const words = [
    "--exit-on-error",
    "--no-password",
    `--jobs=${jobs}`,
    `--dbname=${database.name}`,
    path,
  ];
  await runClient(programs, ["pg_restore", ...words], database, {
    state: "the database is half restored, and pg_restore does not go on",
    next: "Drop the database, make it anew, and run the same command again.",
  });
  const durationMs = Math.round(clock.monotonicMs() - begin);
  return { path, database: database.label, engine: "pg_restore", engineMajor, durationMs };
}

/** pg_dump refuses a server that is newer than itself; we say so before anything begins. */
async function fittingMajor(programs: Programs, program: string, server: number): Promise<number> {
  const { outcome, output } = await programs.run([program, "--version"], {
    timeoutMs: 30_000,
    environment: {},
  });
  const found =
    outcome === "done" ? Number(/(\d+)(?:\.\d+|devel|beta|rc)/.exec(output)?.[1] ?? 0) : 0;
  if (found >= server) return found;
  const why = found === 0 ? "is not there" : `is of PostgreSQL ${found}`;
  throw new LockstepError(
    "BACKUP.ENGINE_ABSENT",
    `${program} ${why}, and the server is PostgreSQL ${server}`,
    {
      state: "nothing was changed",
    },
  );
}

async function runClient(
  programs: Programs,
  argv: readonly string[],
  database: Database,
  failing: { readonly state: string; readonly next?: string } = { state: "nothing was changed" },
): Promise<void> {
  const environment = (await database.clientVariables?.()) ?? {};
  const { outcome, said } = await programs.run(argv, { timeoutMs, environment });
  if (outcome === "done") return;
  const [first = "", ...notes] = said.split("\n");
  throw new LockstepError("BACKUP.ENGINE_FAILED", first, { ...failing, notes });
}
