/**
 * Key parts of indexes and partition keys from the raw columns of pg_index and pg_partitioned_table. Raw columns are
 * several times cheaper than the server's rendered definition, and a difference names the part that differs.
 */
import type { KeyPart, QualifiedName } from "../../../catalog/payloads/relations.ts";
import type { CatalogBuild, KeyExtras, Relation, RelationColumn } from "./build.ts";

export interface KeyColumns {
  /** Attribute numbers, 0 for an expression. */
  readonly attributes: readonly number[];
  /** How many of them are keys; the rest is INCLUDE. */
  readonly keyCount: number;
  readonly operatorClasses: readonly number[];
  readonly collations: readonly number[];
  /** Bit 0: descending; bit 1: nulls first. Only where the method can order. */
  readonly directions?: readonly number[];
  readonly expressions: readonly string[];
  /** Of keys whose expression has a collation of its own, and which have the database's default all the same. */
  readonly toldDefault?: readonly boolean[];
  readonly extras?: readonly KeyExtras[] | undefined;
}

type Open<T> = { -readonly [A in keyof T]: T[A] };

export function keyParts(keys: KeyColumns, relation: Relation, build: CatalogBuild): KeyPart[] {
  const parts: Open<KeyPart>[] = [];
  let expressionAt = 0;
  for (let at = 0; at < keys.keyCount; at += 1) {
    const attribute = keys.attributes[at] ?? 0;
    const column = attribute === 0 ? undefined : relation.columns[attribute];
    const part: Open<KeyPart> = {};
    if (column !== undefined) part.column = column.name;
    else {
      part.expression = keys.expressions[expressionAt] ?? "";
      expressionAt += 1;
    }
    const oid = keys.collations[at] ?? 0;
    const collation =
      keys.toldDefault?.[at] === true ? build.collations.get(oid) : collationOf(oid, column, build);
    if (collation !== undefined) part.collation = collation;
    const operatorClass = operatorClassOf(keys.operatorClasses[at] ?? 0, column, build);
    if (operatorClass !== undefined) part.operatorClass = operatorClass;
    addDirection(part, keys.directions?.[at] ?? 0);
    parts.push(part);
  }
  if (keys.extras !== undefined) addExtras(parts, keys, build);
  return parts;
}

/** SQL takes the options of an operator class after its name alone. */
function addExtras(parts: readonly Open<KeyPart>[], keys: KeyColumns, build: CatalogBuild): void {
  for (const { attribute, operatorClassOptions, statisticsTarget } of keys.extras ?? []) {
    const part = parts[attribute - 1];
    if (part === undefined) continue;
    if (statisticsTarget !== undefined) part.statisticsTarget = statisticsTarget;
    if (operatorClassOptions === undefined) continue;
    part.operatorClassOptions = operatorClassOptions;
    const operatorClass = build.operatorClasses.get(keys.operatorClasses[attribute - 1] ?? 0);
    if (operatorClass !== undefined) part.operatorClass = operatorClass.name;
  }
}

export function includedColumns(keys: KeyColumns, relation: Relation): string[] {
  if (keys.attributes.length === keys.keyCount) return [];
  return keys.attributes
    .slice(keys.keyCount)
    .map((attribute) => relation.columns[attribute]?.name)
    .filter((name) => name !== undefined);
}

function addDirection(part: Open<KeyPart>, direction: number): void {
  const descending = (direction & 1) !== 0;
  const nullsFirst = (direction & 2) !== 0;
  if (descending) part.descending = true;
  if (descending !== nullsFirst) part.nulls = nullsFirst ? "first" : "last";
}

const defaultCollation = 100;

/** An expression's own collation is not known here: what is neither none nor the database's default is named. */
function collationOf(
  oid: number,
  column: RelationColumn | undefined,
  build: CatalogBuild,
): QualifiedName | undefined {
  if (oid === 0 || oid === (column?.collationOid ?? defaultCollation)) return undefined;
  return build.collations.get(oid);
}

const polymorphicTypes: ReadonlySet<number> = new Set([
  2277, // anyarray
  3500, // anyenum
  3831, // anyrange
  4537, // anymultirange
  2249, // record
]);
const varcharType = 1043;
const textType = 25;

/**
 * A class that is the default for the column's own type goes without saying. Whether it is the default for a type
 * that it takes by coercion only the server knows; then it is named, which is as true.
 */
function operatorClassOf(
  oid: number,
  column: RelationColumn | undefined,
  build: CatalogBuild,
): QualifiedName | undefined {
  const known = build.operatorClasses.get(oid);
  if (known === undefined) return undefined;
  if (!known.isDefault) return known.name;
  if (column === undefined) return undefined;
  const type = baseType(column.typeOid, build);
  const implied =
    known.inputType === type ||
    polymorphicTypes.has(known.inputType) ||
    (known.inputType === textType && type === varcharType);
  return implied ? undefined : known.name;
}

function baseType(oid: number, build: CatalogBuild): number {
  let type = oid;
  for (
    let base = build.domainBases.get(type);
    base !== undefined;
    base = build.domainBases.get(type)
  ) {
    type = base;
  }
  return type;
}
