/**
 * Constraints of tables and domains: pg_constraint. NOT NULL is an attribute of its column whatever the server's
 * major; clones that a foreign key has because its referenced table is partitioned are the server's own business.
 */
import type {
  ConstraintPayload,
  ForeignKeyAction,
  IndexShape,
  NotNullPayload,
  QualifiedName,
} from "../../../catalog/payloads/relations.ts";
import { factId, type FactId, type FactName } from "../../../catalog/id.ts";
import { defined, flag, nonEmpty } from "./attributes.ts";
import type { CatalogBuild, Relation, ServerView } from "./build.ts";
import { family, inSchemas, since, type Family } from "./family.ts";
import { packedRecord } from "./packed.ts";
import { defaultNotNullName } from "./not_null_name.ts";

interface PackedRow {
  readonly conname: string;
  /** The four records that `unpack` takes apart. */
  readonly packed: string;
  readonly operators: readonly QualifiedName[] | null;
  readonly expression: string | null;
  /** What a foreign key refers to in a schema that is not read. */
  readonly elsewhere: { readonly table: QualifiedName; readonly columns: readonly string[] } | null;
}

interface ConstraintRow {
  readonly row: PackedRow;
  readonly oid: number;
  readonly contype: "c" | "p" | "u" | "x" | "f" | "n";
  readonly conrelid: number;
  readonly contypid: number;
  readonly condeferrable: boolean;
  readonly condeferred: boolean;
  readonly convalidated: boolean;
  readonly conenforced: boolean;
  readonly connoinherit: boolean;
  readonly inherited: boolean;
  readonly conperiod: boolean;
  readonly conindid: number;
  readonly conkey: readonly number[];
  readonly confrelid: number;
  readonly confkey: readonly number[];
  readonly confupdtype: string;
  readonly confdeltype: string;
  readonly confmatchtype: string;
  readonly deleteColumns: readonly number[];
}

const flagBits = [
  "k.condeferrable",
  "k.condeferred",
  "k.convalidated",
  "k.connoinherit",
  "k.conislocal",
].map((flag, bit) => `${1 << bit} * ${flag}::int`);

function packedColumns(server: ServerView): string {
  const enforced = since(server, 18, "k.conenforced", "true");
  const period = since(server, 18, "k.conperiod", "false");
  const flags = [...flagBits, `32 * (${enforced})::int`, `64 * (${period})::int`].join(" + ");
  const letters = ["contype", "confupdtype", "confdeltype", "confmatchtype"];
  const scalars = packedRecord([
    ...["k.oid", "k.conrelid", "k.contypid", "k.conindid", "k.confrelid", flags],
    ...letters.map((letter) => `ascii(k.${letter}::text)`),
  ]);
  const deleteColumns = since(server, 15, "array_to_string(k.confdelsetcols, ',')", "null");
  const lists = [
    "array_to_string(k.conkey, ',')",
    "array_to_string(k.confkey, ',')",
    deleteColumns,
  ];
  return `concat(${[scalars, ...lists].join(", '|', ")})`;
}

function unpack(row: PackedRow): ConstraintRow {
  const [scalars = "", keys = "", foreignKeys = "", deleteColumns = ""] = row.packed.split("|");
  const numbers = numbersOf(scalars);
  const [oid = 0, conrelid = 0, contypid = 0, conindid = 0, confrelid = 0, flags = 0] = numbers;
  const contype = String.fromCharCode(numbers[6] ?? 0);
  const [updateType, deleteType, matchType] = [numbers[7] ?? 0, numbers[8] ?? 0, numbers[9] ?? 0];
  return {
    row,
    oid,
    conrelid,
    contypid,
    conindid,
    confrelid,
    contype: asType(contype),
    condeferrable: (flags & 1) !== 0,
    condeferred: (flags & 2) !== 0,
    convalidated: (flags & 4) !== 0,
    connoinherit: (flags & 8) !== 0,
    inherited: (flags & 16) === 0,
    conenforced: (flags & 32) !== 0,
    conperiod: (flags & 64) !== 0,
    conkey: numbersOf(keys),
    confkey: numbersOf(foreignKeys),
    deleteColumns: numbersOf(deleteColumns),
    confupdtype: String.fromCharCode(updateType),
    confdeltype: String.fromCharCode(deleteType),
    confmatchtype: String.fromCharCode(matchType),
  };
}

const noNumbers: readonly number[] = [];

function numbersOf(text: string): readonly number[] {
  return text === "" ? noNumbers : text.split(",").map(Number);
}

/** The query leaves constraint triggers out; the server has no other types. */
function asType(letter: string): ConstraintRow["contype"] {
  return letter as ConstraintRow["contype"];
}

export const constraints: Family = family<PackedRow>({
  name: "pg_constraint",
  query: (server) => `
    select k.conname, ${packedColumns(server)} as packed,
      case when k.contype = 'x' then (
        select json_agg(json_build_object('schema', n.nspname, 'name', o.oprname) order by e.at)
        from unnest(k.conexclop) with ordinality e (oid, at)
        join pg_operator o on o.oid = e.oid join pg_namespace n on n.oid = o.oprnamespace
      ) end as operators,
      case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) end as expression,
      case when k.contype = 'f' and not ${inSchemas("f.relnamespace", server)} then (
        select json_build_object('table', json_build_object('schema', fn.nspname, 'name', f.relname),
          'columns', json_agg(a.attname order by e.at))
        from unnest(k.confkey) with ordinality e (attnum, at)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = e.attnum
        join pg_namespace fn on fn.oid = f.relnamespace
        group by fn.nspname
      ) end as elsewhere
    from pg_constraint k
    left join pg_class f on f.oid = k.confrelid
    left join pg_constraint p on p.oid = k.conparentid and k.contype = 'f'
    where ${inSchemas("k.connamespace", server)} and k.contype <> 't'
      and p.conrelid is distinct from k.conrelid`,
  add: (packed, build) => {
    const row = unpack(packed);
    build.seen(["pg_constraint", row.oid]);
    if (build.isMember("pg_constraint", row.oid)) return;
    const relation = build.relations.get(row.conrelid);
    if (relation !== undefined) addToRelation(row, relation, build);
    else if (row.contypid !== 0) addToDomain(row, build);
  },
});

function addToRelation(row: ConstraintRow, relation: Relation, build: CatalogBuild): void {
  if (row.contype === "n") {
    addNotNull(row, relation, build);
    return;
  }
  const payload = payloadOf(row, relation, build);
  if (payload === undefined) return;
  const name = {
    schema: relation.name.schema,
    relation: relation.name.name,
    name: row.row.conname,
  };
  const id = addConstraint({ row, name, parent: relation.id, payload }, build);
  if (row.contype === "f") referToColumns(id, row.confrelid, row.confkey, build);
}

function addToDomain(row: ConstraintRow, build: CatalogBuild): void {
  const parent = build.find("pg_type", row.contypid);
  const domain = parent === undefined ? undefined : build.get(parent);
  if (domain?.kind !== "domain") return;
  const { schema } = domain.name;
  const own = { relation: domain.name.name, name: row.row.conname };
  const name = schema === undefined ? own : { schema, ...own };
  if (row.contype === "n") {
    const usual = defaultNotNullName(domain.name.name, undefined);
    const unusual = row.row.conname === usual ? {} : { name: row.row.conname };
    const notValid = row.convalidated ? {} : { notValid: true };
    build.patch(domain.id, { notNull: { ...unusual, ...notValid } });
    const subject = { kind: "constraint", id: factId("constraint", name) } as const;
    build.address("pg_constraint", row.oid, domain.id, subject);
    return;
  }
  const payload = checkPayload(row);
  addConstraint({ row, name, parent: domain.id, payload }, build);
}

interface NewConstraint {
  readonly row: ConstraintRow;
  readonly name: FactName;
  readonly parent: FactId;
  readonly payload: ConstraintPayload;
}

function addConstraint({ row, name, parent, payload }: NewConstraint, build: CatalogBuild): FactId {
  const address = ["pg_constraint", row.oid] as const;
  const id = build.add({ kind: "constraint", name, parent, payload, address });
  if (row.conindid !== 0 && row.contype !== "f") {
    const { schema = "" } = name;
    const index = {
      kind: "index",
      id: factId("index", { schema, name: row.row.conname }),
    } as const;
    build.address("pg_class", row.conindid, id, index);
  }
  return id;
}

/** PostgreSQL 18 keeps NOT NULL as a constraint; what is usual about it goes without saying. */
function addNotNull(row: ConstraintRow, relation: Relation, build: CatalogBuild): void {
  const column = relation.columns[row.conkey[0] ?? 0];
  if (column === undefined) return;
  const name = {
    schema: relation.name.schema,
    relation: relation.name.name,
    name: row.row.conname,
  };
  const subject = { kind: "constraint", id: factId("constraint", name) } as const;
  build.address("pg_constraint", row.oid, column.id, subject);
  const usual = defaultNotNullName(relation.name.name, column.name);
  const notNull = defined<NotNullPayload>({
    name: row.row.conname === usual ? undefined : row.row.conname,
    noInherit: flag(row.connoinherit),
    notValid: flag(!row.convalidated),
    inherited: flag(row.inherited),
  });
  if (Object.keys(notNull).length > 0) build.patch(column.id, { notNull });
}

function payloadOf(
  row: ConstraintRow,
  relation: Relation,
  build: CatalogBuild,
): ConstraintPayload | undefined {
  switch (row.contype) {
    case "c":
      return checkPayload(row);
    case "f":
      return foreignKeyPayload(row, relation, build);
    default: {
      const index = build.constraintIndexes.get(row.conindid);
      build.constraintIndexes.delete(row.conindid);
      return index === undefined ? undefined : indexedPayload(row, index);
    }
  }
}

function common(row: ConstraintRow) {
  return {
    notValid: flag(!row.convalidated && row.conenforced),
    notEnforced: flag(!row.conenforced),
    deferrable: flag(row.condeferrable),
    initiallyDeferred: flag(row.condeferred),
    inherited: flag(row.inherited),
  };
}

function checkPayload(row: ConstraintRow): ConstraintPayload {
  return defined<ConstraintPayload & { readonly type: "check" }>({
    type: "check",
    expression: row.row.expression ?? "",
    noInherit: flag(row.connoinherit),
    ...common(row),
  });
}

function indexedPayload(row: ConstraintRow, index: IndexShape): ConstraintPayload {
  if (row.contype === "x") {
    return defined<ConstraintPayload & { readonly type: "exclusion" }>({
      type: "exclusion",
      index,
      operators: row.row.operators ?? [],
      ...common(row),
    });
  }
  return defined<ConstraintPayload & { readonly type: "primary key" | "unique" }>({
    type: row.contype === "p" ? "primary key" : "unique",
    index: withoutOperatorClasses(index),
    withoutOverlaps: flag(row.conperiod),
    ...common(row),
  });
}

/** Such constraints always use the default classes, whichever the server took for the column's type. */
function withoutOperatorClasses(index: IndexShape): IndexShape {
  return { ...index, keys: index.keys.map(({ operatorClass: _implied, ...key }) => key) };
}

const actions: Readonly<Record<string, ForeignKeyAction>> = {
  r: "restrict",
  c: "cascade",
  n: "set null",
  d: "set default",
};
const matches: Readonly<Record<string, "full" | "partial">> = { f: "full", p: "partial" };

function foreignKeyPayload(
  row: ConstraintRow,
  relation: Relation,
  build: CatalogBuild,
): ConstraintPayload | undefined {
  const referenced = referencedColumns(row, build);
  if (referenced === null) return undefined;
  return defined<ConstraintPayload & { readonly type: "foreign key" }>({
    type: "foreign key",
    columns: columnNames(relation, row.conkey),
    table: referenced.table,
    tableColumns: referenced.columns,
    match: matches[row.confmatchtype],
    onUpdate: actions[row.confupdtype],
    onDelete: actions[row.confdeltype],
    onDeleteColumns: nonEmpty(columnNames(relation, row.deleteColumns)),
    period: flag(row.conperiod),
    ...common(row),
  });
}

function referencedColumns(row: ConstraintRow, build: CatalogBuild): PackedRow["elsewhere"] {
  const relation = build.relations.get(row.confrelid);
  if (relation === undefined) return row.row.elsewhere;
  return { table: relation.name, columns: columnNames(relation, row.confkey) };
}

function columnNames(relation: Relation, attributes: readonly number[]): readonly string[] {
  return attributes
    .map((attribute) => relation.columns[attribute]?.name)
    .filter((name) => name !== undefined);
}

function referToColumns(
  id: FactId,
  relationOid: number,
  attributes: readonly number[],
  build: CatalogBuild,
): void {
  const relation = build.relations.get(relationOid);
  for (const attribute of attributes) build.refer(id, relation?.columns[attribute]?.id);
}
