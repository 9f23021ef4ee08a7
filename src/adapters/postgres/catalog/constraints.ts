/**
 * Constraints of tables and domains: pg_constraint. NOT NULL is an attribute of its column whatever the server's
 * major; clones that a foreign key has because its referenced table is partitioned are the server's own business.
 */
import type {
  ConstraintPayload,
  ForeignKeyAction,
  IndexShape,
  KeyPart,
  NotNullPayload,
  QualifiedName,
} from "../../../catalog/payloads/relations.ts";
import type { RowValues } from "../../../ports/database.ts";
import { factId, type FactId, type FactName } from "../../../catalog/id.ts";
import { defaultNotNullName } from "../../../catalog/not_null_name.ts";
import { defined, flag, nonEmpty } from "./attributes.ts";
import type { CatalogBuild, Relation, ServerView } from "./build.ts";
import {
  flagBits,
  inSchemas,
  jsonOf,
  largeFamily,
  letterOf,
  since,
  type Family,
} from "./family.ts";

/** What a foreign key refers to in a schema that is not read. */
interface Elsewhere {
  readonly table: QualifiedName;
  readonly columns: readonly string[];
}

interface ConstraintRow {
  readonly oid: number;
  readonly conname: string;
  readonly contype: string;
  readonly conrelid: number;
  readonly contypid: number;
  readonly conindid: number;
  readonly confrelid: number;
  readonly flags: number;
  readonly conkey: readonly number[];
  readonly confkey: readonly number[];
  readonly deleteColumns: readonly number[];
  readonly confupdtype: string;
  readonly confdeltype: string;
  readonly confmatchtype: string;
  readonly operators: readonly QualifiedName[];
  readonly expression: string | null;
  readonly elsewhere: Elsewhere | undefined;
}

const isDeferrable = 1;
const isDeferred = 2;
const isValidated = 4;
const isNoInherit = 8;
const isLocal = 16;
const isEnforced = 32;
const isPeriod = 64;

function flagsOf(server: ServerView): string {
  return flagBits([
    ...["k.condeferrable", "k.condeferred", "k.convalidated", "k.connoinherit", "k.conislocal"],
    since(server, 18, "k.conenforced", "true"),
    since(server, 18, "k.conperiod", "false"),
  ]);
}

export const constraints: Family = largeFamily({
  name: "pg_constraint",
  query: (server) => `
    select k.oid, k.conname, k.contype, k.conrelid, k.contypid, k.conindid, k.confrelid, ${flagsOf(server)},
      k.conkey, k.confkey, ${since(server, 15, "k.confdelsetcols", "null::int2[]")},
      k.confupdtype, k.confdeltype, k.confmatchtype,
      case when k.contype = 'x' then (
        select json_agg(json_build_object('schema', n.nspname, 'name', o.oprname) order by e.at)
        from unnest(k.conexclop) with ordinality e (oid, at)
        join pg_operator o on o.oid = e.oid join pg_namespace n on n.oid = o.oprnamespace
      ) end,
      case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) end,
      case when k.contype = 'f' and not ${inSchemas("f.relnamespace", server)} then (
        select json_build_object('table', json_build_object('schema', fn.nspname, 'name', f.relname),
          'columns', json_agg(a.attname order by e.at))
        from unnest(k.confkey) with ordinality e (attnum, at)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = e.attnum
        join pg_namespace fn on fn.oid = f.relnamespace
        group by fn.nspname
      ) end
    from pg_constraint k
    left join pg_class f on f.oid = k.confrelid
    left join pg_constraint p on p.oid = k.conparentid and k.contype = 'f'
    where ${inSchemas("k.connamespace", server)} and k.contype <> 't'
      and p.conrelid is distinct from k.conrelid`,
  add: (values, build) => {
    const row = rowOf(values);
    if (build.isMember("pg_constraint", row.oid)) return;
    const relation = build.relations.get(row.conrelid);
    if (relation !== undefined) addToRelation(row, relation, build);
    else if (row.contypid !== 0) addToDomain(row, build);
    build.seen("pg_constraint", row.oid);
  },
});

function rowOf(values: RowValues): ConstraintRow {
  return {
    oid: values.oid(),
    conname: values.text() ?? "",
    contype: letterOf(values),
    conrelid: values.oid(),
    contypid: values.oid(),
    conindid: values.oid(),
    confrelid: values.oid(),
    flags: values.int(),
    conkey: values.numbers(),
    confkey: values.numbers(),
    deleteColumns: values.numbers(),
    confupdtype: letterOf(values),
    confdeltype: letterOf(values),
    confmatchtype: letterOf(values),
    operators: jsonOf<readonly QualifiedName[]>(values) ?? [],
    expression: values.text(),
    elsewhere: jsonOf<Elsewhere>(values),
  };
}

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
    name: row.conname,
  };
  const id = addConstraint({ row, name, parent: relation.id, payload }, build);
  if (row.contype === "f") referToColumns(id, row.confrelid, row.confkey, build);
}

function addToDomain(row: ConstraintRow, build: CatalogBuild): void {
  const parent = build.find("pg_type", row.contypid);
  const domain = parent === undefined ? undefined : build.get(parent);
  if (domain?.kind !== "domain") return;
  const { schema } = domain.name;
  const own = { relation: domain.name.name, name: row.conname };
  const name = schema === undefined ? own : { schema, ...own };
  if (row.contype === "n") {
    const usual = defaultNotNullName(domain.name.name, undefined);
    const unusual = row.conname === usual ? {} : { name: row.conname };
    const notValid = is(row, isValidated) ? {} : { notValid: true };
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
      id: factId("index", { schema, name: row.conname }),
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
    name: row.conname,
  };
  const subject = { kind: "constraint", id: factId("constraint", name) } as const;
  build.address("pg_constraint", row.oid, column.id, subject);
  const usual = defaultNotNullName(relation.name.name, column.name);
  const notNull = defined<NotNullPayload>({
    name: row.conname === usual ? undefined : row.conname,
    noInherit: flag(is(row, isNoInherit)),
    notValid: flag(!is(row, isValidated)),
    inherited: flag(!is(row, isLocal)),
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

function is(row: ConstraintRow, bit: number): boolean {
  return (row.flags & bit) !== 0;
}

function common(row: ConstraintRow) {
  return {
    notValid: flag(!is(row, isValidated) && is(row, isEnforced)),
    notEnforced: flag(!is(row, isEnforced)),
    deferrable: flag(is(row, isDeferrable)),
    initiallyDeferred: flag(is(row, isDeferred)),
    inherited: flag(!is(row, isLocal)),
  };
}

function checkPayload(row: ConstraintRow): ConstraintPayload {
  return defined<ConstraintPayload & { readonly type: "check" }>({
    type: "check",
    expression: row.expression ?? "",
    noInherit: flag(is(row, isNoInherit)),
    ...common(row),
  });
}

function indexedPayload(row: ConstraintRow, index: IndexShape): ConstraintPayload {
  if (row.contype === "x") {
    return defined<ConstraintPayload & { readonly type: "exclusion" }>({
      type: "exclusion",
      index,
      operators: row.operators,
      ...common(row),
    });
  }
  return defined<ConstraintPayload & { readonly type: "primary key" | "unique" }>({
    type: row.contype === "p" ? "primary key" : "unique",
    index: withoutOperatorClasses(index),
    withoutOverlaps: flag(is(row, isPeriod)),
    ...common(row),
  });
}

/** Such constraints always use the default classes, whichever the server took for the column's type. */
function withoutOperatorClasses(index: IndexShape): IndexShape {
  // With options of its own a class goes by its name.
  const isImplied = (key: KeyPart): boolean =>
    key.operatorClass !== undefined && key.operatorClassOptions === undefined;
  if (!index.keys.some(isImplied)) return index;
  const keys = index.keys.map(({ operatorClass, ...key }) =>
    operatorClass === undefined || isImplied({ ...key, operatorClass })
      ? key
      : { ...key, operatorClass },
  );
  return { ...index, keys };
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
  if (referenced === undefined) return undefined;
  return defined<ConstraintPayload & { readonly type: "foreign key" }>({
    type: "foreign key",
    columns: columnNames(relation, row.conkey),
    table: referenced.table,
    tableColumns: referenced.columns,
    match: matches[row.confmatchtype],
    onUpdate: actions[row.confupdtype],
    onDelete: actions[row.confdeltype],
    onDeleteColumns: nonEmpty(columnNames(relation, row.deleteColumns)),
    period: flag(is(row, isPeriod)),
    ...common(row),
  });
}

function referencedColumns(row: ConstraintRow, build: CatalogBuild): Elsewhere | undefined {
  const relation = build.relations.get(row.confrelid);
  if (relation === undefined) return row.elsewhere;
  return { table: relation.name, columns: columnNames(relation, row.confkey) };
}

function columnNames(relation: Relation, attributes: readonly number[]): readonly string[] {
  const names: string[] = [];
  for (const attribute of attributes) {
    const column = relation.columns[attribute];
    if (column !== undefined) names.push(column.name);
  }
  return names;
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
