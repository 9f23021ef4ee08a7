/**
 * Which tables can be kept up to date by replaying changes, and which must be copied while writers wait. A change names
 * its row by the old table's replica identity, and finds it by the new table's primary key: both have to be the same
 * columns, and no value may be made, or become another one, on the way.
 */
import { isDirect, type TableMapping } from "./mapping.ts";
import type { ColumnFacts, TableFacts } from "./tables.ts";
import { isWidened } from "./widening.ts";

/** How the old server names a changed row; without columns it can't. */
export interface ReplicaIdentity {
  readonly table: number;
  readonly columns: readonly string[];
  /** Its changes are in the write-ahead log at all. */
  readonly isLogged: boolean;
}

export interface LateTable {
  readonly mapping: TableMapping<TableFacts>;
  readonly reason: string;
}

export interface Replicable {
  readonly streamed: readonly TableMapping<TableFacts>[];
  readonly late: readonly LateTable[];
}

export function decideReplicable(
  mappings: readonly TableMapping<TableFacts>[],
  identities: readonly ReplicaIdentity[],
): Replicable {
  const byTable = new Map(identities.map((identity) => [identity.table, identity]));
  const late: LateTable[] = [];
  const streamed: TableMapping<TableFacts>[] = [];
  for (const mapping of mappings) {
    const reason = obstacle(mapping, byTable.get(mapping.source.oid));
    if (reason === undefined) streamed.push(mapping);
    else late.push({ mapping, reason });
  }
  return { streamed, late };
}

function obstacle(
  mapping: TableMapping<TableFacts>,
  identity: ReplicaIdentity | undefined,
): string | undefined {
  const { source } = mapping;
  if (identity?.isLogged === false) return "is unlogged";
  if (identity === undefined || identity.columns.length === 0) return "has no replica identity";
  if (source.origin === "extension") return "belongs to an extension";
  if (!isDirect(mapping)) return "has values that a map makes";
  if (!isFoundByKey(mapping, identity)) {
    return "has another key in the new schema than its replica identity";
  }
  return valueObstacle(mapping);
}

function isFoundByKey(
  { target, columns }: TableMapping<TableFacts>,
  identity: ReplicaIdentity,
): boolean {
  const key = columns.filter((column) => target.key.includes(column.target.name));
  const from = key.map((column) => column.source?.name ?? "");
  return (
    target.key.length === identity.columns.length &&
    from.length === target.key.length &&
    identity.columns.every((name) => from.includes(name))
  );
}

function valueObstacle({ source, columns }: TableMapping<TableFacts>): string | undefined {
  const was = new Map(source.columns.map((column) => [column.name, column]));
  for (const column of columns) {
    const old = was.get(column.source?.name ?? "");
    if (old?.generated === true) return `takes ${column.target.name} from a generated column`;
    if (column.target.identity && old?.identity !== true) {
      return `numbers ${column.target.name}, which it did not before`;
    }
    if (old !== undefined && !staysItself(old, column.target)) {
      return `has ${column.target.name} as ${column.target.type}, which may be another value than ${old.type}`;
    }
  }
  return undefined;
}

/** A change is written as text and not compared afterwards, so the new type must not be able to make another value of it. */
function staysItself(was: ColumnFacts, is: ColumnFacts): boolean {
  if (was.type !== is.type) return isWidened(was.type, is.type);
  const isBuiltIn = is.typeOid < firstUserOid;
  if (isBuiltIn || is.baseKind === "e" || unchanging.has(is.base)) return true;
  // What a domain, a composite type or an array of them is made of may be another type than it was.
  return is.baseKind === "b" && (is.type === is.base || is.type.endsWith(`.${is.base}`));
}

const firstUserOid = 16_384;

/** Whatever a domain over these says of its values, it takes them as they are or not at all. */
const unchanging: ReadonlySet<string> = new Set([
  ...["bool", "int2", "int4", "int8", "uuid", "bytea", "text", "date", "json", "jsonb"],
]);
