/** A column's declaration as SQL, in CREATE TABLE and ADD COLUMN alike. */
import type { FactOf } from "../../catalog/fact.ts";
import type { ColumnPayload, NotNullPayload } from "../../catalog/payloads/relations.ts";
import { defaultNotNullName } from "../../catalog/not_null_name.ts";
import { truncateIdentifier } from "../../sql/quote.ts";
import type { ColumnText } from "../actions.ts";
import { qualified, quoted } from "./names.ts";
import { foreignOptions } from "./options.ts";
import { sequenceClauses } from "./sequence.ts";
import { parenthesised } from "./parentheses.ts";

export interface ColumnTextOptions {
  /** A NOT NULL says its name although it is the usual one, since somebody else has it already. */
  readonly namesNotNull?: boolean;
  /** `serial`, which stands for type, default and NOT NULL. */
  readonly serial?: string | undefined;
}

export function columnText(column: FactOf<"column">, options?: ColumnTextOptions): ColumnText {
  const { name } = column.name;
  const { payload } = column;
  if (options?.serial !== undefined) {
    const usual = options.namesNotNull === true ? usualNotNullName(column) : undefined;
    const ownName = payload.notNull?.name ?? usual;
    const constraints = ownName === undefined ? "" : notNullClause({ name: ownName });
    return { name, definition: `${quoted(name)} ${options.serial}`, constraints };
  }
  return {
    name,
    definition: `${quoted(name)} ${columnType(payload)}`,
    constraints: columnConstraints(column, options?.namesNotNull === true).join(" "),
  };
}

/** `character varying(20) COLLATE "C"`, with what stands before the constraints. */
export function columnType(payload: ColumnPayload): string {
  const collation =
    payload.collation === undefined ? "" : ` COLLATE ${qualified(payload.collation)}`;
  const compression =
    payload.compression === undefined ? "" : ` COMPRESSION ${payload.compression}`;
  const options = foreignOptions(payload.foreignOptions);
  return `${payload.type}${compression}${options}${collation}`;
}

function columnConstraints(column: FactOf<"column">, isNamed: boolean): readonly string[] {
  const { payload } = column;
  const usual = usualNotNullName(column);
  const parts: string[] = [];
  if (payload.generated !== undefined) {
    const { kind, expression } = payload.generated;
    parts.push(`GENERATED ALWAYS AS ${parenthesised(expression)} ${kind.toUpperCase()}`);
  }
  if (payload.identity !== undefined) parts.push(identityClause(column));
  const { notNull } = payload;
  const isSaid = notNull !== undefined && (isNamed || !isImplied(payload, notNull));
  if (isSaid && notNull.notValid !== true) {
    parts.push(notNullClause(isNamed ? { name: usual, ...notNull } : notNull));
  }
  return parts;
}

/** What a column's NOT NULL is called, said or not. */
export function notNullName(column: FactOf<"column">): string {
  return column.payload.notNull?.name ?? usualNotNullName(column);
}

function usualNotNullName(column: FactOf<"column">): string {
  return defaultNotNullName(column.name.relation ?? "", column.name.name);
}

/** An identity column is NOT NULL without being told. */
function isImplied(payload: ColumnPayload, notNull: NotNullPayload): boolean {
  return payload.identity !== undefined && notNull.name === undefined && notNull.noInherit !== true;
}

/** With the column's name it is a clause of the table. */
export function notNullClause(notNull: NotNullPayload, column?: string): string {
  const name = notNull.name === undefined ? "" : `CONSTRAINT ${quoted(notNull.name)} `;
  const of = column === undefined ? "" : ` ${column}`;
  return `${name}NOT NULL${of}${notNull.noInherit === true ? " NO INHERIT" : ""}`;
}

/** `GENERATED ALWAYS AS IDENTITY (START WITH 10)`; the sequence is named only when it is not as the server would. */
export function identityClause(column: FactOf<"column">): string {
  const { identity } = column.payload;
  if (identity === undefined) return "";
  const options = [...identityName(column), ...sequenceClauses(identity.sequence)];
  const list = options.length === 0 ? "" : ` (${options.join(" ")})`;
  return `GENERATED ${identity.generated.toUpperCase()} AS IDENTITY${list}`;
}

function identityName(column: FactOf<"column">): readonly string[] {
  const { identity } = column.payload;
  if (identity === undefined) return [];
  const usual = usualSequenceName(column);
  const isUsual =
    identity.sequence.name === usual && identity.sequence.schema === column.name.schema;
  return isUsual ? [] : [`SEQUENCE NAME ${qualified(identity.sequence)}`];
}

/** The name that the server gives a serial's or identity's sequence; undefined when it would have to cut. */
export function usualSequenceName(column: FactOf<"column">): string | undefined {
  const name = `${column.name.relation ?? ""}_${column.name.name}_seq`;
  return truncateIdentifier(name) === name ? name : undefined;
}
