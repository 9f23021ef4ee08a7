/**
 * Which foreign keys can be made while writers go on. Changes are replayed without their checks, which the old database
 * has made: so only those that the old database has too, on tables whose changes are replayed.
 */
import { LockstepError } from "../../../../core/errors.ts";
import { factId } from "../../../../catalog/id.ts";
import type { DataInventory, ForeignKeyFacts } from "../../../../data/tables.ts";
import { numberOf, textOf } from "../../../../ledger/row.ts";
import type { Session } from "../../../../ports/database.ts";
import type { NumberedStep } from "../../restore/schema.ts";
import type { RowsMapping } from "../copy-rows.ts";
import type { Rebuildable } from "../look.ts";
import type { Model } from "../model.ts";

export interface EarlyRequest {
  readonly model: Model;
  readonly old: Rebuildable;
  readonly streamed: readonly RowsMapping[];
  readonly steps: readonly NumberedStep[];
}

export interface EarlyForeignKeys {
  readonly steps: readonly NumberedStep[];
  /** As pg_constraint names them. */
  readonly names: readonly string[];
}

export function earlyForeignKeys({ model, old, streamed, steps }: EarlyRequest): EarlyForeignKeys {
  const checked = new Set(old.inventory.foreignKeys.flatMap((key) => carriedOver(key, streamed)));
  const early = model.inventory.foreignKeys.filter((key) =>
    checked.has(written(key.table, key.target, pairsOf(key))),
  );
  const facts = new Set(
    early.map(({ name, heldBy }) =>
      factId("constraint", { schema: heldBy.schema, relation: heldBy.name, name }),
    ),
  );
  return {
    steps: steps.filter(({ object }) => facts.has(object)),
    names: early.map(({ name }) => name),
  };
}

type Pair = readonly [string, string];

function pairsOf({ columns, targetColumns }: ForeignKeyFacts): readonly Pair[] {
  return columns.map((column, at): Pair => [column, targetColumns[at] ?? ""]);
}

function written(table: number, target: number, pairs: readonly Pair[]): string {
  return JSON.stringify([
    table,
    target,
    pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)),
  ]);
}

/** In the new names; nothing when a side of it is not replayed. */
function carriedOver(
  key: DataInventory["foreignKeys"][number],
  streamed: readonly RowsMapping[],
): readonly string[] {
  const [from, to] = [key.table, key.target].map((oid) =>
    streamed.find(({ source }) => source.oid === oid),
  );
  if (from === undefined || to === undefined) return [];
  const now = (mapping: RowsMapping, column: string): string =>
    mapping.columns.find(({ source }) => source?.name === column)?.target.name ?? "";
  const pairs = pairsOf(key).map(([column, target]): Pair => [now(from, column), now(to, target)]);
  return [written(from.target.oid, to.target.oid, pairs)];
}

/** After rows came in without a check. */
export async function refuseOrphans(session: Session, names: readonly string[]): Promise<void> {
  const keys = await session.query(
    `select k.conname::text as name, pg_catalog.format(
      'select pg_catalog.count(*)::int8 as orphans from %s child where %s and not exists (select from %s parent where %s)',
      k.conrelid::pg_catalog.regclass,
      (select pg_catalog.string_agg(pg_catalog.format('child.%I is not null', a.attname), ' and ')
        from pg_catalog.pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey)),
      k.confrelid::pg_catalog.regclass,
      (select pg_catalog.string_agg(pg_catalog.format('child.%I = parent.%I', a.attname, b.attname), ' and ')
        from rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) u(own, other)
        join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.own
        join pg_catalog.pg_attribute b on b.attrelid = k.confrelid and b.attnum = u.other)) as query
    from pg_catalog.pg_constraint k
    where k.contype = 'f' and k.conparentid = 0 and k.conname = any ($1::name[])`,
    [names],
  );
  for (const key of keys) {
    const [row = {}] = await session.query(textOf(key, "query"));
    const orphans = numberOf(row, "orphans");
    if (orphans === 0) continue;
    const message = `${orphans} rows would break the foreign key ${textOf(key, "name")}`;
    throw new LockstepError("REBUILD.FAILED", message);
  }
}
