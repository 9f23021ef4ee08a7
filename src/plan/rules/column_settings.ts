/** Column attributes that only ALTER TABLE can set: storage, statistics target, options, NOT VALID not-nulls. */
import type { FactOf } from "../../catalog/fact.ts";
import type { ColumnPayload } from "../../catalog/payloads/relations.ts";
import type { Planning } from "../planning.ts";
import { qualified, quoted, relationName } from "../text/names.ts";
import { changedParameters, parameterClauses } from "../text/options.ts";
import { persistence, sequenceType } from "../text/sequence.ts";
import { typeParts } from "../text/types.ts";

/** Statements that follow the declaration of a column in its own table. */
export function afterwards(column: FactOf<"column">): readonly string[] {
  const { position, type, compression, notNull } = column.payload;
  const declared = compression === undefined ? {} : { compression };
  const settings = columnSettings(column, { position, type, ...declared });
  return notNull?.notValid === true ? [...settings, notValidStatement(column)] : settings;
}

/** Statements that tell a column that came from a parent what it has besides. */
export function afterInheriting(
  column: FactOf<"column">,
  above: ColumnPayload | undefined,
): readonly string[] {
  const { position, type, notNull } = column.payload;
  const storage = above?.storage === undefined ? {} : { storage: above.storage };
  const compression = above?.compression === undefined ? {} : { compression: above.compression };
  const settings = columnSettings(column, { position, type, ...storage, ...compression });
  const isOwn = notNull !== undefined && notNull.inherited !== true && above?.notNull === undefined;
  return isOwn ? [...settings, setNotNull(column)] : settings;
}

/**
 * An identity's sequence is made of its column's type, and as its table is, logged or not (since PostgreSQL 15 it can
 * be otherwise).
 */
export function identityApart(column: FactOf<"column">, planning: Planning): readonly string[] {
  const { identity, type } = column.payload;
  if (identity === undefined) return [];
  const { sequence } = identity;
  const own = sequenceType(sequence);
  const typed = own === type ? [] : [`ALTER SEQUENCE ${qualified(sequence)} AS ${own}`];
  const isUnlogged = planning.to.find("table", column.parent)?.payload.unlogged === true;
  const isUsual = planning.major < 15 || (sequence.unlogged === true) === isUnlogged;
  return isUsual ? typed : [...typed, persistence(sequence)];
}

/** SET NOT NULL, or the constraint by its name where it has one of its own. */
export function setNotNull(column: FactOf<"column">): string {
  const { notNull } = column.payload;
  const name = quoted(column.name.name);
  const table = `ALTER TABLE ${relationName(column)}`;
  if (notNull?.notValid === true) return notValidStatement(column);
  if (notNull?.name === undefined && notNull?.noInherit !== true) {
    return `${table} ALTER COLUMN ${name} SET NOT NULL`;
  }
  const constraint = notNull.name === undefined ? "" : `CONSTRAINT ${quoted(notNull.name)} `;
  return `${table} ADD ${constraint}NOT NULL ${name}${notNull.noInherit === true ? " NO INHERIT" : ""}`;
}

/** Brings storage, statistics and options from one payload to another. */
export function columnSettings(
  column: FactOf<"column">,
  from: ColumnPayload,
  verb = "ALTER TABLE ONLY",
): readonly string[] {
  const { payload: to } = column;
  const clauses: string[] = [];
  if (from.storage !== to.storage) clauses.push(`SET STORAGE ${storageOf(to).toUpperCase()}`);
  if (from.compression !== to.compression && from.type === to.type) {
    clauses.push(`SET COMPRESSION ${to.compression ?? "default"}`);
  }
  if (from.statisticsTarget !== to.statisticsTarget) {
    clauses.push(`SET STATISTICS ${to.statisticsTarget ?? -1}`);
  }
  clauses.push(...parameterClauses(changedParameters(from.options, to.options)));
  return clauses.map(
    (clause) =>
      `${verb} ${relationName(column)} ALTER COLUMN ${quoted(column.name.name)} ${clause}`,
  );
}

/** The same for a column that a materialized view's query makes. */
export function settingsInView(
  column: FactOf<"column">,
  from: ColumnPayload = { position: column.payload.position, type: column.payload.type },
): readonly string[] {
  return columnSettings(column, from, "ALTER MATERIALIZED VIEW");
}

/** Before PostgreSQL 16 there is no SET STORAGE DEFAULT. */
function storageOf(payload: ColumnPayload): string {
  if (payload.storage !== undefined) return payload.storage;
  return ["numeric", "inet", "cidr"].includes(typeParts(payload.type).base) ? "main" : "extended";
}

function notValidStatement(column: FactOf<"column">): string {
  const { notNull } = column.payload;
  const name = notNull?.name === undefined ? "" : `CONSTRAINT ${quoted(notNull.name)} `;
  const inherit = notNull?.noInherit === true ? " NO INHERIT" : "";
  return `ALTER TABLE ${relationName(column)} ADD ${name}NOT NULL ${quoted(column.name.name)}${inherit} NOT VALID`;
}
