/**
 * Reads the catalog of a database: one snapshot, a fixed number of set-based queries sent together on one
 * connection, however many tables there are. It changes nothing and needs no right beyond connecting.
 */
import { ServerError, type Session } from "../../../ports/database.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import { openBuild, type CatalogBuild } from "./build.ts";
import { settlePositions } from "./columns.ts";
import { families } from "./families.ts";
import type { SharedParts } from "../../../catalog/shared_parts.ts";
import { wholeDatabase, type CatalogFilter } from "../../../catalog/filter.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { type Overwritten, overwritten, stoodStill } from "./settled.ts";
import { readServerView } from "./view.ts";

const attemptsMax = 5;

export interface ReadOptions {
  /** The name of an exported snapshot: what the exporting transaction sees is read. */
  readonly snapshot?: string | undefined;
  /** Of the catalogs that it is to be compared with. */
  readonly shared?: SharedParts | undefined;
}

export async function readCatalog(
  session: Session,
  filter: Partial<CatalogFilter> = {},
  options: ReadOptions = {},
): Promise<Catalog> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const catalog = await readOnce(session, { ...wholeDatabase, ...filter }, options);
      if (catalog !== undefined) return catalog;
      if (attempt === attemptsMax) throw unsettled(undefined);
    } catch (error) {
      if (!isConcurrentChange(error)) throw error;
      if (attempt === attemptsMax) throw unsettled(error);
    }
  }
}

/**
 * Undefined when the structure changed meanwhile. With the server's usual memory for one operation, large catalogs would be written to disk; and
 * long texts are grouped much faster by hashing than by sorting them.
 */
async function readOnce(
  session: Session,
  filter: CatalogFilter,
  { snapshot, shared }: ReadOptions,
): Promise<Catalog | undefined> {
  const adopt = snapshot === undefined ? "" : `set transaction snapshot ${quoteLiteral(snapshot)};`;
  await session.script(`
    begin isolation level repeatable read, read only; ${adopt}
    set local search_path = pg_catalog, pg_temp;
    set local jit = off;
    set local work_mem = '64MB';
    set local enable_sort = off;
    set local statement_timeout = 0;
    ${deparsing.map((setting) => `set local ${setting}`).join("; ")}`);
  try {
    const server = await readServerView(session, filter);
    const { build, changed } = await ask(session, openBuild(server, shared));
    await session.script("rollback");
    return (await stoodStill(session, changed)) ? build.finish() : undefined;
  } catch (error) {
    await session.script("rollback").catch(() => undefined);
    throw error;
  }
}

/** What the server's own text of constants depends on, as a cluster has it from the start: a database or a role may have others. */
const deparsing: readonly string[] = [
  "quote_all_identifiers = off",
  "standard_conforming_strings = on",
  "timezone = 'UTC'",
  "datestyle = 'ISO, MDY'",
  "intervalstyle = 'postgres'",
  "extra_float_digits = 1",
  "bytea_output = 'hex'",
  "lc_monetary = 'C'",
];

interface Asked {
  readonly build: CatalogBuild;
  readonly changed: Overwritten;
}

async function ask(session: Session, build: CatalogBuild): Promise<Asked> {
  const { server } = build;
  const asked = families.map((family) => {
    const query = family.query(server);
    return query === undefined ? undefined : family.ask(session, query, build);
  });
  const changed = overwritten(session, server);
  changed.catch(() => undefined);
  // A failure is met where its answer is awaited; until then it must not count as unhandled.
  for (const answer of asked) answer?.catch(() => undefined);
  for (const answer of asked) await answer;
  settlePositions(build);
  return { build, changed: await changed };
}

/**
 * The server's deparsing functions look at the present, not at the snapshot: an object that was dropped or altered
 * meanwhile makes them fail with an internal error.
 */
function isConcurrentChange(error: unknown): error is ServerError {
  if (!(error instanceof ServerError)) return false;
  return (
    (error.sqlState === "XX000" &&
      /cache lookup failed|could not open relation/.test(error.message)) ||
    error.sqlState === "40001"
  );
}

function unsettled(cause: ServerError | undefined): LockstepError {
  return new LockstepError(
    "CATALOG.UNSETTLED",
    "the structure of the database changed while it was read, five times in a row",
    cause === undefined ? {} : { notes: [cause.message], cause },
  );
}
