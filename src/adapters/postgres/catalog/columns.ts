/**
 * Columns of relations and attributes of composite types: pg_attribute. The largest family by far, so that its rows
 * travel packed, one per relation, and what few columns have travels apart (column_extras.ts, defaults.ts).
 */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { ColumnPayload } from "../../../catalog/payloads/relations.ts";
import { storageName } from "./attributes.ts";
import type { CatalogBuild, ColumnType, Relation } from "./build.ts";
import { family, inSchemas, type Family } from "./family.ts";
import { eachRecord, packedRecords } from "./packed.ts";

interface TypeRow extends ColumnType {
  readonly atttypid: number;
  readonly atttypmod: number;
}

/** Each type that any column has, with its modifiers, once. */
export const columnTypes: Family = family<TypeRow>({
  name: "pg_type",
  query: (server) => `
    select u.atttypid, u.atttypmod, format_type(u.atttypid, u.atttypmod) as type,
      t.typcollation as collation, ascii(t.typstorage::text) as storage
    from (
      select distinct a.atttypid, a.atttypmod
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      where a.attnum > 0 and not a.attisdropped and ${isRead(server)}
    ) u
    join pg_type t on t.oid = u.atttypid`,
  add: ({ atttypid, atttypmod, type, collation, storage }, build) => {
    build.columnTypes.set(typeKey(atttypid, atttypmod), { type, collation, storage });
  },
});

const isRead = (server: Parameters<typeof inSchemas>[1]): string =>
  `c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and ${inSchemas("c.relnamespace", server)}`;

function typeKey(type: number, modifier: number): string {
  return `${type},${modifier}`;
}

interface RelationColumnsRow {
  readonly attrelid: number;
  readonly names: readonly string[];
  readonly numbers: string;
}

export const columns: Family = family<RelationColumnsRow>({
  name: "pg_attribute",
  query: (server) => `
    select a.attrelid, array_agg(a.attname) as names,
      ${packedRecords([
        "a.attnum",
        "a.atttypid",
        "a.atttypmod",
        "a.attcollation",
        "a.attnotnull::int + 2 * (not a.attislocal)::int",
        "ascii(a.attstorage::text)",
        "ascii(a.attgenerated::text)",
        "ascii(a.attcompression::text)",
      ])} as numbers
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid
    where a.attnum > 0 and not a.attisdropped and ${isRead(server)}
    group by a.attrelid`,
  add: ({ attrelid, names, numbers }, build) => {
    const relation = build.relations.get(attrelid);
    if (relation === undefined) return;
    const found: Column[] = [];
    eachRecord(numbers, ([attribute = 0, type = 0, modifier = 0, collation = 0, ...letters]) => {
      const [flags = 0, storage = 0, generated = 0, compression = 0] = letters;
      const name = names[found.length] ?? "";
      found.push({
        name,
        attribute,
        type,
        modifier,
        collation,
        flags,
        storage,
        generated,
        compression,
      });
    });
    found.sort((a, b) => a.attribute - b.attribute);
    for (const [at, column] of found.entries())
      addColumn({ column, relation, ordinal: at + 1 }, build);
  },
});

interface Column {
  readonly name: string;
  readonly attribute: number;
  readonly type: number;
  readonly modifier: number;
  readonly collation: number;
  readonly flags: number;
  /** Letters by their codes; 0 for none. */
  readonly storage: number;
  readonly generated: number;
  readonly compression: number;
}

interface Placed {
  readonly column: Column;
  readonly relation: Relation;
  /** Counted without dropped columns. */
  readonly ordinal: number;
}

function addColumn({ column, relation, ordinal }: Placed, build: CatalogBuild): void {
  const composite = relation.id.startsWith("composite:");
  const id = build.add({
    kind: composite ? "attribute" : "column",
    name: { schema: relation.name.schema, relation: relation.name.name, name: column.name },
    parent: relation.id,
    payload: composite
      ? attributePayload(column, ordinal, build)
      : columnPayload({ column, relation, ordinal }, build),
  });
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

const unknownType: ColumnType = { type: "", collation: 0, storage: 0 };

function typeOf(column: Column, build: CatalogBuild): ColumnType {
  return build.columnTypes.get(typeKey(column.type, column.modifier)) ?? unknownType;
}

function attributePayload(
  column: Column,
  ordinal: number,
  build: CatalogBuild,
): PayloadOf["attribute"] {
  const type = typeOf(column, build);
  const collation =
    column.collation === type.collation ? undefined : build.collations.get(column.collation);
  return { ordinal, type: type.type, ...(collation === undefined ? {} : { collation }) };
}

type Open<T> = { -readonly [A in keyof T]: T[A] };

const plainNotNull = {};

/** Written out attribute by attribute: this runs once per column of the database. */
function columnPayload({ column, relation, ordinal }: Placed, build: CatalogBuild): ColumnPayload {
  const type = typeOf(column, build);
  const payload: Open<ColumnPayload> = { position: ordinal, type: type.type };
  if ((column.flags & 1) !== 0) payload.notNull = plainNotNull;
  if ((column.flags & 2) !== 0 || relation.typed) payload.inherited = true;
  if (column.collation !== type.collation) {
    const collation = build.collations.get(column.collation);
    if (collation !== undefined) payload.collation = collation;
  }
  if (column.storage !== type.storage) {
    const storage = storageName(String.fromCharCode(column.storage));
    if (storage !== undefined) payload.storage = storage;
  }
  if (column.compression !== 0) {
    payload.compression = String.fromCharCode(column.compression) === "l" ? "lz4" : "pglz";
  }
  return payload;
}
