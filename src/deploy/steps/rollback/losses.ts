/**
 * What a way back takes away for good, with how many rows and values of the target that is: whoever is asked must see
 * it in numbers. It only reads, each count in a transaction of its own that ends by itself, so that neither a huge
 * table nor a lock of somebody else's holds the rollback up; where nothing was counted, the statistics' guess is told
 * as one, or none.
 */
import { planHarm } from "../../../backup/plan-harm.ts";
import { resolveHarm } from "../../../backup/harmed-tables.ts";
import type { Fact } from "../../../catalog/fact.ts";
import { printPart, type FactId } from "../../../catalog/id.ts";
import { numberOf } from "../../../ledger/row.ts";
import { lossesIn } from "../../../plan/migration_text.ts";
import type { SqlUnit } from "../../../plan/plan.ts";
import type { SchemaPlan } from "../../../plan/schema_plan.ts";
import { ServerError, type Database, type Session } from "../../../ports/database.ts";
import { loadParser } from "../../../sql/parse.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { ownQueries } from "../own-queries.ts";
import { readLiveNames, readLiveTables } from "../safeguard/live-tables.ts";
import { factOfKey, serverKeys, type KnownSide } from "./same-objects.ts";
import { asCalledThen, type TablesThen } from "./tables-then.ts";

export interface Loss {
  readonly what: string;
  /** Where it is counted; undefined: it can't be. */
  readonly from: Counted | undefined;
}

interface Counted {
  readonly schema: string;
  readonly table: string;
  /** Its values are counted; undefined: the table's rows are. */
  readonly column: string | undefined;
}

export interface CountedLoss {
  readonly what: string;
  /** Rows, or values that are not null. */
  readonly count?: number;
  /** The count is the statistics' guess: the table was too large, or locked. */
  readonly isEstimate?: boolean;
}

/** What a plan's objects are, where their rows or values go. */
export type LostObjects = ReadonlyMap<FactId, { readonly was: FactId; readonly key?: string }>;

/** Of a plan that begins at the side; `moved`: what its renames come to be called. */
export function lostObjects(
  plan: SchemaPlan,
  moved: ReadonlyMap<FactId, FactId>,
  side: KnownSide,
): LostObjects {
  const before = new Map([...moved].map(([was, now]) => [now, was]));
  const keys = serverKeys(side);
  return new Map(
    lossesIn(plan).map(({ object }) => {
      const was = before.get(object) ?? object;
      const key = keys.get(was);
      return [object, key === undefined ? { was } : { was, key }];
    }),
  );
}

/** By the names of `last`, which is what the target has: what has gone until then has no rows to count. */
export function lossesOn(plan: SchemaPlan, lost: LostObjects, last: KnownSide): readonly Loss[] {
  const factOf = (object: FactId): Fact | undefined => {
    const key = lost.get(object)?.key;
    return key === undefined ? undefined : factOfKey(last, key);
  };
  const called = (object: FactId): FactId => factOf(object)?.id ?? lost.get(object)?.was ?? object;
  return lossesIn(plan, called).map(({ what, object, isWhole }) => {
    const fact = isWhole ? factOf(object) : undefined;
    return { what, from: fact === undefined ? undefined : placeOf(fact) };
  });
}

function placeOf({ kind, name: { schema, relation, name } }: Fact): Counted | undefined {
  if (schema === undefined) return undefined;
  if (kind === "table") return { schema, table: name, column: undefined };
  if (kind !== "column" || relation === undefined) return undefined;
  return { schema, table: relation, column: name };
}

export interface WayOfUnit {
  readonly unit: SqlUnit;
  /** What the structure tells. */
  readonly losses: readonly Loss[];
  /** Somebody wrote it, so it may hold anything. */
  readonly isWritten: boolean;
  /** Undefined: its names are taken for today's. */
  readonly tables: TablesThen | undefined;
}

/** Of each way back, in the same order. */
export async function tellLosses(
  database: Database,
  ways: readonly WayOfUnit[],
): Promise<readonly (readonly CountedLoss[])[]> {
  const session = await database.connect({ applicationName: "lockstep rollback", settings });
  try {
    const told: (readonly CountedLoss[])[] = [];
    for (const way of ways) {
      const stated = way.isWritten ? await lossesByStatements(session, way) : [];
      told.push(await countLosses(session, [...way.losses, ...stated]));
    }
    return told;
  } finally {
    await session.close();
  }
}

const settings = { lock_timeout: "1s", statement_timeout: "5s" };

/** What its own statements do to rows, beyond what the structure tells. */
async function lossesByStatements(
  session: Session,
  { unit, losses: known, tables: then }: WayOfUnit,
): Promise<readonly Loss[]> {
  const harms = planHarm([unit], await loadParser());
  if (harms.length === 0) return [];
  const own = ownQueries(session);
  const told = new Set(known.flatMap(({ from }) => (from === undefined ? [] : [keyOf(from)])));
  try {
    const live = asCalledThen(await readLiveTables(own), then);
    const now = new Map(live.map((table) => [table.then, table.now]));
    const names = await readLiveNames(own, harms);
    const { tables, unknown } = resolveHarm(harms, [...now.keys()], names);
    const more = tables.map(({ table, reasons }) => {
      const { schema, name } = now.get(table) ?? table;
      const from = { schema, table: name, column: undefined };
      return { what: `rows of table ${nameOf(from)}: ${reasons.join(", ")}`, from };
    });
    return [
      ...more.filter(({ from }) => !told.has(keyOf(from))),
      ...unknown.map((what) => ({ what, from: undefined })),
    ];
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const names = harms.flatMap(({ harm }) => harm.tables.map(({ name }) => printPart(name)));
    const tables = [...new Set(names)].join(", ");
    return [
      { what: `what its statements do to rows of ${tables} (${error.message})`, from: undefined },
    ];
  }
}

async function countLosses(
  session: Session,
  losses: readonly Loss[],
): Promise<readonly CountedLoss[]> {
  const counted: CountedLoss[] = [];
  for (const { what, from } of losses) {
    counted.push({ what, ...(from === undefined ? {} : await countOf(session, from)) });
  }
  return counted;
}

type Count = Omit<CountedLoss, "what">;

/** Rows that a policy hides count too: with row_security off, the server refuses to leave them out. */
async function countOf(session: Session, from: Counted): Promise<Count> {
  const table = quoteQualifiedName(from.schema, from.table);
  const what = from.column === undefined ? "*" : quoteIdentifier(from.column);
  // One message is one transaction, which takes the settings with it.
  const message = [
    "set local search_path = pg_catalog, pg_temp",
    "set local statement_timeout = '5s'",
    "set local lock_timeout = '1s'",
    "set local row_security = off",
    `select count(${what})::int8 as n from ${table}`,
  ];
  try {
    const results = await session.script(message.join(";\n"));
    const row = results.at(-1)?.rows[0];
    return row === undefined ? {} : { count: numberOf(row, "n") };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  }
  return await estimateOf(ownQueries(session), table);
}

async function estimateOf(session: Session, table: string): Promise<Count> {
  const [row] = await session.query(
    "select reltuples::int8 as n from pg_catalog.pg_class where oid = pg_catalog.to_regclass($1) and reltuples >= 0",
    [table],
  );
  return row === undefined ? {} : { count: numberOf(row, "n"), isEstimate: true };
}

function keyOf({ schema, table }: Counted): string {
  return JSON.stringify([schema, table]);
}

function nameOf({ schema, table }: Counted): string {
  return `${printPart(schema)}.${printPart(table)}`;
}
