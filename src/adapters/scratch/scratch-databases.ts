/**
 * Makes, copies and drops scratch databases on one server, whoever runs it. It drops only databases that it made.
 */
import { LockstepError } from "../../core/errors.ts";
import { type Database, ServerError, type Session } from "../../ports/database.ts";
import type { ScratchDatabase } from "../../ports/scratch.ts";
import { listSettings } from "../../sql/list-settings.ts";
import { dropDatabase } from "./drop-database.ts";
import { offline } from "./offline.ts";

export interface ScratchServer {
  readonly major: number;
  /** Ours, or somebody else's. */
  readonly place: "embedded" | "server";
  /** The maintenance database, by a role that may create databases. */
  readonly administration: Database;
  /** A name that no other database of the server has. */
  newName(): string;
  urlOf(name: string): string;
  open(name: string): Database;
  /** Called when a database has been dropped. */
  readonly dropped?: (session: Session) => Promise<void>;
  /** Ends the server: called in place of dropping the last database that was made. */
  readonly remove?: () => Promise<void>;
}

/** A new, empty database. Every database that exists is in `made`, for the one who cleans up. */
export async function createScratchDatabase(
  server: ScratchServer,
  made: Set<ScratchDatabase>,
  template = "template0",
): Promise<ScratchDatabase> {
  const name = server.newName();
  await administer(server, async (session) => {
    await session.query(`create database "${name}" template "${template}"`);
    if (template !== "template0") await session.script(copySettings(template, name));
  });
  let dropping: Promise<void> | undefined;
  const database: ScratchDatabase = {
    ...offline(server.open(name), server.place),
    major: server.major,
    name,
    url: server.urlOf(name),
    copy: () => createScratchDatabase(server, made, name),
    drop: () => (dropping ??= drop()),
  };
  const drop = async (): Promise<void> => {
    made.delete(database);
    if (made.size === 0 && server.remove !== undefined) {
      await server.remove();
      return;
    }
    await administer(server, async (session) => {
      await dropDatabase(session, { name, open: () => server.open(name) });
      await server.dropped?.(session);
    });
  };
  made.add(database);
  return database;
}

/** The database's settings, and roles' settings in it: a template's are not the copy's. Lists stand there quoted already. */
function copySettings(from: string, to: string): string {
  return `do $$ declare setting record; begin
    for setting in
      select r.rolname, split_part(e.entry, '=', 1) as name, substr(e.entry, strpos(e.entry, '=') + 1) as value
      from pg_db_role_setting s
      join pg_database d on d.oid = s.setdatabase and d.datname = '${from}'
      cross join unnest(s.setconfig) e (entry)
      left join pg_roles r on r.oid = s.setrole
    loop
      execute format(
        case when setting.rolname is null then 'alter database %2$I' else 'alter role %1$I in database %2$I' end
          || case when lower(setting.name) in (${quotedLists}) and setting.value <> '' then ' set %3$I to %4$s'
            else ' set %3$I to %4$L' end,
        setting.rolname, '${to}', setting.name, setting.value);
    end loop; end $$`;
}

const quotedLists = [...listSettings].map((name) => `'${name}'`).join(", ");

async function administer(
  server: ScratchServer,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await server.administration.connect({ applicationName: "lockstep scratch" });
  try {
    await work(session);
  } catch (error) {
    throw error instanceof ServerError ? scratchError(error, server.administration.label) : error;
  } finally {
    await session.close();
  }
}

function scratchError(error: ServerError, label: string): LockstepError {
  const next = remedies[error.sqlState];
  const notes = [error.detail, error.hint, `on ${label}`].filter((note) => note !== undefined);
  return new LockstepError(
    "SCRATCH.CREATE_FAILED",
    `the scratch database cannot be made or dropped: ${error.message}`,
    { sqlState: error.sqlState, notes, cause: error, ...(next === undefined ? {} : { next }) },
  );
}

/** By SQLSTATE. */
const remedies: Readonly<Record<string, string>> = {
  "42501": "alter role NAME createdb, or unset SCRATCH_URL to use the embedded server",
  "53100": "free some disk space on the server, then run the same command again",
  "55006": "close the sessions that the detail counts, then run the same command again",
};
