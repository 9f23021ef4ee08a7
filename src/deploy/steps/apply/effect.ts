/**
 * Looks up in the catalog whether a statement that runs outside a transaction happened. It answers only what the
 * catalog tells; where that is nothing, a person is asked. Reads, but for the remains of a failed concurrent build,
 * which serve nobody and stand in the way of the next.
 */
import { assertNever, type JsonObject } from "../../../core/errors.ts";
import { booleanOf, textOf } from "../../../ledger/row.ts";
import type { Effect, QualifiedName } from "../../../plan/plan.ts";
import type { Row, Session } from "../../../ports/database.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";

/** `partly`: something is left of an attempt that `repair` takes away or brings to its end. */
export type Outcome =
  | { readonly kind: "happened" }
  | { readonly kind: "absent" }
  | {
      readonly kind: "partly";
      readonly repair: string;
      readonly what: string;
      readonly completes: boolean;
    }
  | { readonly kind: "unknown" };

const happened: Outcome = { kind: "happened" };
const absent: Outcome = { kind: "absent" };

/** What has to be known of the time before, to recognise the effect afterwards; kept in the journal. */
export async function lookBefore(session: Session, effect: Effect): Promise<JsonObject> {
  if (effect.kind !== "index-built" || effect.index !== undefined) return {};
  const indexes = await indexesOf(session, effect.table);
  return { indexes: indexes.map((index) => index.name) };
}

/** The session must see names as the file does: its search_path is set by the caller. */
export async function lookUp(
  session: Session,
  effect: Effect,
  before: JsonObject,
): Promise<Outcome> {
  switch (effect.kind) {
    case "index-built":
      return indexBuilt(session, effect, before);
    case "index-dropped": {
      const left = await Promise.all(effect.indexes.map((index) => relationExists(session, index)));
      return left.some(Boolean) ? absent : happened;
    }
    case "partition-detached":
      return detached(session, effect);
    case "reindexed":
    case "repeatable":
      return absent;
    case "unknown":
      return { kind: "unknown" };
    default:
      return named(session, effect);
  }
}

type NamedEffect = Extract<Effect, { readonly name: string }>;

async function named(session: Session, effect: NamedEffect): Promise<Outcome> {
  const exists = await (async (): Promise<boolean> => {
    switch (effect.kind) {
      case "database-created":
      case "database-dropped":
        return found(
          session,
          "select from pg_catalog.pg_database where datname operator(pg_catalog.=) $1::name",
          effect.name,
        );
      case "tablespace-created":
      case "tablespace-dropped":
        return found(
          session,
          "select from pg_catalog.pg_tablespace where spcname operator(pg_catalog.=) $1::name",
          effect.name,
        );
      case "subscription-created":
      case "subscription-dropped":
        return found(
          session,
          "select from pg_catalog.pg_subscription where subname operator(pg_catalog.=) $1::name",
          effect.name,
        );
      default:
        return assertNever(effect, "effect");
    }
  })();
  return exists === effect.kind.endsWith("-created") ? happened : absent;
}

async function found(session: Session, subquery: string, name: string): Promise<boolean> {
  const [row] = await session.query(`select exists (${subquery}) as found`, [name]);
  return row !== undefined && booleanOf(row, "found");
}

interface FoundIndex {
  readonly schema: string;
  readonly name: string;
  readonly valid: boolean;
  readonly building: boolean;
}

async function indexesOf(session: Session, table: QualifiedName): Promise<readonly FoundIndex[]> {
  const rows = await session.query(
    `select n.nspname::text as schema, i.relname::text as name, x.indisvalid and x.indisready as valid,
      exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid operator(pg_catalog.=) x.indexrelid) as building
    from pg_catalog.pg_index x
    join pg_catalog.pg_class i on i.oid operator(pg_catalog.=) x.indexrelid
    join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) i.relnamespace
    where x.indrelid operator(pg_catalog.=) pg_catalog.to_regclass($1)::oid`,
    [quoteQualifiedName(table.schema, table.name)],
  );
  return rows.map(indexOf);
}

function indexOf(row: Row): FoundIndex {
  return {
    schema: textOf(row, "schema"),
    name: textOf(row, "name"),
    valid: booleanOf(row, "valid"),
    building: booleanOf(row, "building"),
  };
}

async function indexBuilt(
  session: Session,
  effect: Extract<Effect, { readonly kind: "index-built" }>,
  before: JsonObject,
): Promise<Outcome> {
  const indexes = await indexesOf(session, effect.table);
  const known = Array.isArray(before["indexes"]) ? before["indexes"] : [];
  const isMeant = (index: FoundIndex): boolean =>
    effect.index === undefined ? !known.includes(index.name) : index.name === effect.index;
  const index = indexes.find(isMeant);
  if (index === undefined) return absent;
  if (index.valid) return happened;
  if (index.building) return { kind: "unknown" };
  return {
    kind: "partly",
    repair: `drop index concurrently ${quoteQualifiedName(index.schema, index.name)}`,
    what: `the invalid index ${index.name}`,
    completes: false,
  };
}

async function detached(
  session: Session,
  effect: Extract<Effect, { readonly kind: "partition-detached" }>,
): Promise<Outcome> {
  const parent = quoteQualifiedName(effect.parent.schema, effect.parent.name);
  const partition = quoteQualifiedName(effect.partition.schema, effect.partition.name);
  const [row] = await session.query(
    `select inhdetachpending as pending from pg_catalog.pg_inherits
    where inhparent operator(pg_catalog.=) pg_catalog.to_regclass($1)::oid
      and inhrelid operator(pg_catalog.=) pg_catalog.to_regclass($2)::oid`,
    [parent, partition],
  );
  if (row === undefined) return happened;
  if (!booleanOf(row, "pending")) return absent;
  return {
    kind: "partly",
    repair: `alter table ${parent} detach partition ${partition} finalize`,
    what: `the unfinished detaching of ${effect.partition.name}`,
    completes: true,
  };
}

async function relationExists(session: Session, name: QualifiedName): Promise<boolean> {
  const [row] = await session.query("select pg_catalog.to_regclass($1) is not null as found", [
    quoteQualifiedName(name.schema, name.name),
  ]);
  return row !== undefined && booleanOf(row, "found");
}
