/** An index's or exclusion constraint's definition as SQL, from its shape. */
import type { IndexShape, KeyPart, QualifiedName } from "../../catalog/payloads/relations.ts";
import { operatorReference, qualified, quoted, quotedList } from "./names.ts";
import { storageParameters, withClause } from "./options.ts";
import { isCall, parenthesised } from "./parentheses.ts";

/** ` USING gin (a, lower(b)) INCLUDE (c) NULLS NOT DISTINCT WITH (...) TABLESPACE t WHERE (p)`. */
export function indexBody(shape: IndexShape): string {
  const method = shape.method === undefined ? "" : ` USING ${quoted(shape.method)}`;
  const keys = shape.keys.map((key) => keyText(key)).join(", ");
  const distinct = shape.nullsNotDistinct === true ? " NULLS NOT DISTINCT" : "";
  return `${method} (${keys})${includeClause(shape)}${distinct}${indexTail(shape)}`;
}

/** `USING gist (room WITH =, during WITH &&) ... WHERE (p)` of EXCLUDE. */
export function exclusionBody(shape: IndexShape, operators: readonly QualifiedName[]): string {
  const keys = shape.keys.map((key, position) => {
    const operator = operators[position];
    return operator === undefined
      ? keyText(key)
      : `${keyText(key)} WITH ${exclusionOperator(operator)}`;
  });
  const options = withClause(storageParameters(shape.options));
  const where = shape.predicate === undefined ? "" : ` WHERE ${parenthesised(shape.predicate)}`;
  const method = quoted(shape.method ?? "btree");
  return `USING ${method} (${keys.join(", ")})${includeClause(shape)}${options}${usingTablespace(shape)}${where}`;
}

export function includeClause(shape: IndexShape): string {
  return shape.include === undefined ? "" : ` INCLUDE (${quotedList(shape.include)})`;
}

/** ` USING INDEX TABLESPACE t` of a constraint. */
export function usingTablespace(shape: IndexShape): string {
  return shape.tablespace === undefined
    ? ""
    : ` USING INDEX TABLESPACE ${quoted(shape.tablespace)}`;
}

function indexTail(shape: IndexShape): string {
  const tablespace =
    shape.tablespace === undefined ? "" : ` TABLESPACE ${quoted(shape.tablespace)}`;
  const where = shape.predicate === undefined ? "" : ` WHERE ${parenthesised(shape.predicate)}`;
  return `${withClause(storageParameters(shape.options))}${tablespace}${where}`;
}

function exclusionOperator(operator: QualifiedName): string {
  return operator.schema === "pg_catalog" ? operator.name : operatorReference(operator);
}

export function keyText(key: KeyPart): string {
  const subject =
    key.column === undefined ? expressionText(key.expression ?? "") : quoted(key.column);
  const collation = key.collation === undefined ? "" : ` COLLATE ${qualified(key.collation)}`;
  const descending = key.descending === true ? " DESC" : "";
  const nulls = key.nulls === undefined ? "" : ` NULLS ${key.nulls.toUpperCase()}`;
  return `${subject}${collation}${operatorClass(key)}${descending}${nulls}`;
}

/** Parentheses are always right; a lone function call reads better without. */
function expressionText(expression: string): string {
  return isCall(expression) ? expression : parenthesised(expression);
}

function operatorClass(key: KeyPart): string {
  const options = storageParameters(key.operatorClassOptions);
  const parameters = options.length === 0 ? "" : ` (${options.join(", ")})`;
  if (key.operatorClass !== undefined)
    return ` ${qualifiedUnlessBuiltIn(key.operatorClass)}${parameters}`;
  return parameters;
}

/** pg_catalog is always searched first, so its names need no schema. */
export function qualifiedUnlessBuiltIn(name: QualifiedName): string {
  return name.schema === "pg_catalog" ? quoted(name.name) : qualified(name);
}
