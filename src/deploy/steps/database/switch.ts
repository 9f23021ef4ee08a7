/**
 * Two databases exchange their names in one transaction: whoever connects gets the one or the other, never none. The
 * old one stays under another name. Sessions of others in it are ended, since nobody can rename a database that
 * somebody is in; who comes meanwhile waits for the end of the transaction.
 */
import { LockstepError } from "../../../core/errors.ts";
import { numberOf } from "../../../ledger/row.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, truncateIdentifier } from "../../../sql/quote.ts";

export interface SwitchRequest {
  /** The name that stays in use. */
  readonly name: string;
  /** What gets it. */
  readonly successor: string;
  /** What the old one is called afterwards. */
  readonly retired: string;
  /** Sessions of our own in it, by their process ids: ended when nobody else is in any more, and not counted. */
  readonly last?: readonly number[];
}

/**
 * Two sessions in a third database: one renames, and holds the lock that nobody gets past; the other ends those who
 * were in before. Resolves to how many sessions were ended.
 */
export async function switchDatabases(
  renaming: Session,
  ending: Session,
  request: SwitchRequest,
): Promise<number> {
  const { name, successor, retired } = request;
  const rename = (from: string, to: string): string =>
    `alter database ${quoteIdentifier(from)} rename to ${quoteIdentifier(to)}`;
  let isOver = false;
  const script = ["begin", rename(name, retired), rename(successor, name), "commit"].join("; ");
  const renamed = renaming.script(script).finally(() => {
    isOver = true;
  });
  // It is awaited below; until then a failure must not count as unhandled.
  renamed.catch(() => undefined);
  let ended = 0;
  while (!isOver) {
    ended += await endSessions(ending, request);
    await Promise.race([renamed.catch(() => undefined), pause(ending)]);
  }
  try {
    await renamed;
    return ended;
  } catch (error) {
    if (renaming.transaction !== "idle") await renaming.script("rollback").catch(() => undefined);
    if (!(error instanceof ServerError)) throw error;
    throw switchFailure(error, request);
  }
}

/** The deploy lock goes last: who waits for it must be out before it is free, or would begin to work in the old one. */
async function endSessions(
  session: Session,
  { name, successor, last = [] }: SwitchRequest,
): Promise<number> {
  const list = [name, successor].map(quoteLiteral).join(", ");
  const [row = {}] = await session.query(
    `with others as (
      select pid, pid = any ($1::int4[]) as is_last from pg_catalog.pg_stat_activity
      where datname in (${list}) and pid <> pg_catalog.pg_backend_pid() and backend_type <> 'autovacuum worker'
    )
    select pg_catalog.count(*) filter (where pg_catalog.pg_terminate_backend(pid) and not is_last)::int4 as ended
    from others where not is_last or not exists (select from others where not is_last)`,
    [`{${last.join(",")}}`],
  );
  return numberOf(row, "ended");
}

async function pause(session: Session): Promise<void> {
  await session.query("select pg_catalog.pg_sleep(0.05)");
}

function switchFailure(error: ServerError, { name, successor }: SwitchRequest): LockstepError {
  return new LockstepError(
    "RESTORE.NOT_SWITCHED",
    `${name} could not be renamed: ${error.message}`,
    {
      state: `${name} is as it was, and ${successor} is beside it`,
      sqlState: error.sqlState,
      notes: [
        ...(error.detail === undefined ? [] : [`detail: ${error.detail}`]),
        ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
      ],
      cause: error,
    },
  );
}

/** The server's limit of 63 bytes cuts the name, never what is put behind it. */
export function nameBeside(name: string, suffix: string): string {
  let base = name;
  while (truncateIdentifier(base + suffix) !== base + suffix) base = base.slice(0, -1);
  return base + suffix;
}
