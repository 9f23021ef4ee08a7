/**
 * Scratch databases on a server that somebody else runs, named by SCRATCH_URL. It makes and drops databases called
 * lockstep_scratch_... and touches nothing else there.
 */
import { randomBytes } from "node:crypto";
import { LockstepError } from "../../core/errors.ts";
import type { Database } from "../../ports/database.ts";
import type { Scratch, ScratchDatabase, ScratchRequest } from "../../ports/scratch.ts";
import type { Environment } from "./cache-folder.ts";
import { openUrl } from "./open-url.ts";
import { createScratchDatabase, type ScratchServer } from "./scratch-databases.ts";

export interface ServerScratchOptions {
  readonly url: string;
  readonly environment: Environment;
}

/** Older ones belong to commands that were killed; no command takes that long. */
const staleSeconds = 24 * 60 * 60;

export function serverScratch(options: ServerScratchOptions): Scratch {
  const made = new Set<ScratchDatabase>();
  let known: Promise<ScratchServer> | undefined;
  const server = (): Promise<ScratchServer> => (known ??= lookAt(options));
  return {
    place: "server",
    majors: async () => [(await server()).major],
    create: async (request: ScratchRequest = {}) => {
      const found = await server();
      refuse(request, found.major);
      return await createScratchDatabase(found, made);
    },
    close: async () => {
      await Promise.all([...made].map((database) => database.drop()));
    },
  };
}

function refuse(request: ScratchRequest, major: number): void {
  if (request.major !== undefined && request.major !== major) {
    throw new LockstepError(
      "SCRATCH.MAJOR",
      `PostgreSQL ${request.major} is needed, and SCRATCH_URL names a PostgreSQL ${major}`,
    );
  }
  if (request.isolation === "cluster") {
    throw new LockstepError(
      "SCRATCH.SHARED_SERVER",
      "the SQL reaches beyond its database (roles, tablespaces, settings of the server), " +
        "and SCRATCH_URL names a server that is not lockstep's own",
    );
  }
}

async function lookAt(options: ServerScratchOptions): Promise<ScratchServer> {
  // Before anything is connected to: a list of keywords and values would do for that, and not for another database.
  withDatabase(options.url, "postgres");
  const administration = openUrl(options.url, options.environment);
  const session = await connect(administration);
  try {
    // The server's clock is the one that made the names.
    const rows = await session.query(
      `select extract(epoch from clock_timestamp())::bigint::text as seconds`,
    );
    const seconds = Number(rows[0]?.["seconds"]);
    await dropStale(session, seconds);
    const urlOf = (name: string): string => withDatabase(options.url, name);
    return {
      major: session.server.major,
      place: "server",
      administration,
      newName: () => `lockstep_scratch_${seconds}_${randomBytes(8).toString("hex")}`,
      urlOf,
      open: (name) => openUrl(urlOf(name), options.environment),
    };
  } finally {
    await session.close();
  }
}

type AdministrationSession = Awaited<ReturnType<Database["connect"]>>;

async function connect(administration: Database): Promise<AdministrationSession> {
  try {
    return await administration.connect({ applicationName: "lockstep scratch" });
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({
      notes: [...error.notes, "SCRATCH_URL names this server; unset it to use the embedded one"],
    });
  }
}

async function dropStale(session: AdministrationSession, now: number): Promise<void> {
  const stale = await session.query(
    `select datname as name from pg_database
     where datname ~ '^lockstep_scratch_[0-9]{1,12}_[0-9a-f]{16}$'
       and split_part(datname, '_', 3)::bigint < $1::bigint
       and pg_has_role(datdba, 'member')
       and datname not in (select datname from pg_stat_activity where datname is not null)`,
    [String(now - staleSeconds)],
  );
  for (const { name } of stale) {
    // Another command may be dropping it as well, or somebody may just have connected to look at it.
    await session.query(`drop database if exists "${String(name)}"`).catch(() => undefined);
  }
}

/** The same server and parameters, another database. */
function withDatabase(url: string, database: string): string {
  const match = /^([a-z]+:\/\/[^/?#]*)(\/[^?#]*)?(.*)$/i.exec(url);
  if (match === null) {
    throw new LockstepError("SCRATCH.URL", "SCRATCH_URL is not a connection URL");
  }
  return `${match[1] ?? ""}/${encodeURIComponent(database)}${match[3] ?? ""}`;
}
