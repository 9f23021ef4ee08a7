/**
 * Columns of relations and attributes of composite types: pg_attribute, and what few columns have: options, statistics
 * targets, grants. The largest family by far, so that one scan brings it all, that of indexes' columns included.
 */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { ColumnPayload } from "../../../catalog/payloads/relations.ts";
import type { RowValues } from "../../../ports/database.ts";
import { optionsOf, qualified, storageName } from "./attributes.ts";
import type { CatalogBuild, ColumnType, Relation } from "./build.ts";
import { family, inSchemas, largeFamily, since, type Family } from "./family.ts";
import { addGrants } from "./grants.ts";

interface TypeRow {
  readonly atttypid: number;
  readonly atttypmod: number;
  readonly type: string;
  readonly typcollation: number;
  readonly typstorage: string;
  readonly attcollation: number;
  readonly collnamespace: number | null;
  readonly collname: string | null;
}

/** Each type that any column has, with its modifiers and collation, once. */
export const columnTypes: Family = family<TypeRow>({
  name: "pg_type",
  query: () => `
    select u.atttypid, u.atttypmod, format_type(u.atttypid, u.atttypmod) as type, t.typcollation, t.typstorage,
      u.attcollation, n.collnamespace, n.collname
    from (
      select distinct atttypid, atttypmod, attcollation from pg_attribute
      where attrelid >= 16384 and attnum > 0 and not attisdropped
    ) u
    join pg_type t on t.oid = u.atttypid
    left join pg_collation n on n.oid = u.attcollation`,
  rowOf: () => undefined,
  add: (row, build) => {
    const { type, typcollation: collation } = row;
    const modified = build.columnTypes.get(row.atttypid) ?? new Map<number, ColumnType>();
    modified.set(row.atttypmod, { type, collation, storage: row.typstorage, plain: new Map() });
    build.columnTypes.set(row.atttypid, modified);
    if (row.collname === null || row.collnamespace === null) return;
    const name = qualified(build.schema(row.collnamespace).name, row.collname);
    build.collations.set(row.attcollation, name);
  },
});

/** Of indexes, only the columns that have something of their own; of the server's own columns, those with grants. */
export const columns: Family = largeFamily({
  name: "pg_attribute",
  query: (server) => `
    select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation,
      a.attnotnull::int + 2 * (not a.attislocal)::int, a.attstorage, a.attgenerated, a.attcompression,
      ${statisticsTarget(server)}, a.attoptions, a.attfdwoptions, a.attacl::text[]
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid
    where (a.attnum > 0 or a.attacl is not null) and not a.attisdropped
      and ${inSchemas("c.relnamespace", server)}
      and (c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
        or c.relkind in ('i', 'I') and (a.attoptions is not null or ${statisticsTarget(server)} >= 0))`,
  add: (values, build) => {
    const relationOid = values.oid();
    const relation = build.relations.get(relationOid);
    if (relation !== undefined) addColumn(columnOf(values), relation, build);
    else keepForIndex(relationOid, columnOf(values), build);
  },
});

/** -1: none. */
function statisticsTarget(server: Parameters<typeof since>[0]): string {
  return since(server, 17, "coalesce(a.attstattarget, -1)", "a.attstattarget");
}

interface Column {
  readonly attribute: number;
  readonly name: string;
  readonly type: number;
  readonly modifier: number;
  readonly collation: number;
  readonly flags: number;
  /** Letters by their codes; 0 for none. */
  readonly storage: number;
  readonly generated: number;
  readonly compression: number;
  readonly statisticsTarget: number;
  readonly options: readonly string[] | null;
  readonly foreignOptions: readonly string[] | null;
  readonly acl: readonly string[] | null;
}

function columnOf(values: RowValues): Column {
  return {
    attribute: values.int(),
    name: values.text() ?? "",
    type: values.oid(),
    modifier: values.int(),
    collation: values.oid(),
    flags: values.int(),
    storage: values.int(),
    generated: values.int(),
    compression: values.int(),
    statisticsTarget: values.int(),
    options: values.texts(),
    foreignOptions: values.texts(),
    acl: values.texts(),
  };
}

/** The class's options and the statistics target of an index's column: the index takes them when it is read. */
function keepForIndex(index: number, column: Column, build: CatalogBuild): void {
  const extras = {
    attribute: column.attribute,
    operatorClassOptions: optionsOf(column.options),
    statisticsTarget: targetOf(column),
  };
  const known = build.keyExtras.get(index);
  if (known === undefined) build.keyExtras.set(index, [extras]);
  else known.push(extras);
}

function targetOf({ statisticsTarget }: Column): number | undefined {
  return statisticsTarget === -1 ? undefined : statisticsTarget;
}

function addColumn(column: Column, relation: Relation, build: CatalogBuild): void {
  if (column.attribute > 0) addOwnColumn(column, relation, build);
  if (column.acl === null) return;
  const acl = { catalog: "pg_class", acl_class: "c", acl: column.acl } as const;
  const place = { oid: relation.oid, column: column.attribute, owner: relation.owner };
  addGrants({ ...acl, ...place }, build);
}

function addOwnColumn(column: Column, relation: Relation, build: CatalogBuild): void {
  const { schema, name: relationName } = relation.name;
  const common = {
    idStart: relation.columnIds,
    name: { schema, relation: relationName, name: column.name },
    parent: relation.id,
  };
  const id = relation.composite
    ? build.add({ kind: "attribute", payload: attributePayload(column, build), ...common })
    : build.add({ kind: "column", payload: columnPayload(column, build), ...common });
  relation.columns[column.attribute] = {
    name: column.name,
    id,
    typeOid: column.type,
    collationOid: column.collation,
    generated: generatedKind(column.generated),
  };
}

function generatedKind(letter: number): "stored" | "virtual" | undefined {
  if (letter === 0) return undefined;
  return String.fromCharCode(letter) === "v" ? "virtual" : "stored";
}

function typeOf(column: Column, build: CatalogBuild): ColumnType {
  const known = build.columnTypes.get(column.type)?.get(column.modifier);
  return known ?? { type: "", collation: 0, storage: "", plain: new Map() };
}

function attributePayload(column: Column, build: CatalogBuild): PayloadOf["attribute"] {
  const type = typeOf(column, build);
  const collation =
    column.collation === type.collation ? undefined : build.collations.get(column.collation);
  const ordinal = column.attribute;
  return { ordinal, type: type.type, ...(collation === undefined ? {} : { collation }) };
}

type Open<T> = { -readonly [A in keyof T]: T[A] };

function columnPayload(column: Column, build: CatalogBuild): ColumnPayload {
  const type = typeOf(column, build);
  if (!isPlain(column, type)) return ownPayload(column, type, build);
  const place = 2 * column.attribute + column.flags;
  const known = type.plain.get(place);
  if (known !== undefined) return known;
  const payload = ownPayload(column, type, build);
  type.plain.set(place, payload);
  return payload;
}

const isNotNull = 1;
const isInherited = 2;

function isPlain(column: Column, type: ColumnType): boolean {
  return (
    column.flags <= isNotNull &&
    column.collation === type.collation &&
    column.storage === type.storage.charCodeAt(0) &&
    column.compression === 0 &&
    column.statisticsTarget === -1 &&
    column.options === null &&
    column.foreignOptions === null
  );
}

function ownPayload(column: Column, type: ColumnType, build: CatalogBuild): ColumnPayload {
  const payload: Open<ColumnPayload> = { position: column.attribute, type: type.type };
  if ((column.flags & isNotNull) !== 0) payload.notNull = {};
  if ((column.flags & isInherited) !== 0) payload.inherited = true;
  if (column.collation !== type.collation) {
    const collation = build.collations.get(column.collation);
    if (collation !== undefined) payload.collation = collation;
  }
  const letter = String.fromCharCode(column.storage);
  const storage = letter === type.storage ? undefined : storageName(letter);
  if (storage !== undefined) payload.storage = storage;
  if (column.compression !== 0) {
    payload.compression = String.fromCharCode(column.compression) === "l" ? "lz4" : "pglz";
  }
  const options = optionsOf(column.options);
  if (options !== undefined) payload.options = options;
  const foreignOptions = optionsOf(column.foreignOptions);
  if (foreignOptions !== undefined) payload.foreignOptions = foreignOptions;
  const statisticsTarget = targetOf(column);
  if (statisticsTarget !== undefined) payload.statisticsTarget = statisticsTarget;
  return payload;
}

/** Positions are counted without dropped columns, and rows come in no order: only now are all of them known. */
export function settlePositions(build: CatalogBuild): void {
  for (const { columns: places, composite } of build.relations.values()) {
    let position = 0;
    for (const [attribute, column] of places.entries()) {
      if (column === undefined) continue;
      position += 1;
      if (position === attribute) continue;
      build.patch(column.id, composite ? { ordinal: position } : { position });
    }
  }
}
