/** A constraint's declaration as SQL, without its name. */
import type {
  ConstraintPayload,
  ForeignKeyConstraint,
  KeyConstraint,
} from "../../catalog/payloads/relations.ts";
import { assertNever } from "../../core/errors.ts";
import { exclusionBody, includeClause, usingTablespace } from "./index_shape.ts";
import { qualified, quoted, quotedList } from "./names.ts";
import { storageParameters, withClause } from "./options.ts";
import { parenthesised } from "./parentheses.ts";

export function constraintText(payload: ConstraintPayload): string {
  return [bodyText(payload), ...traits(payload)].join(" ");
}

function bodyText(payload: ConstraintPayload): string {
  switch (payload.type) {
    case "check":
      return `CHECK ${parenthesised(payload.expression)}${payload.noInherit === true ? " NO INHERIT" : ""}`;
    case "primary key":
    case "unique":
      return keyBody(payload);
    case "exclusion":
      return `EXCLUDE ${exclusionBody(payload.index, payload.operators)}`;
    case "foreign key":
      return foreignKeyBody(payload);
    default:
      return assertNever(payload, "constraint");
  }
}

function keyBody(payload: KeyConstraint): string {
  const { index } = payload;
  const columns = index.keys.map((key) => quoted(key.column ?? ""));
  const last = columns.length - 1;
  if (payload.withoutOverlaps === true) columns[last] = `${columns[last] ?? ""} WITHOUT OVERLAPS`;
  const distinct = index.nullsNotDistinct === true ? " NULLS NOT DISTINCT" : "";
  const options = withClause(storageParameters(index.options));
  const word = payload.type.toUpperCase();
  return `${word}${distinct} (${columns.join(", ")})${includeClause(index)}${options}${usingTablespace(index)}`;
}

function foreignKeyBody(payload: ForeignKeyConstraint): string {
  const columns = (names: readonly string[]): string => {
    if (payload.period !== true) return quotedList(names);
    const plain = names.slice(0, -1).map((name) => `${quoted(name)}, `);
    return `${plain.join("")}PERIOD ${quoted(names.at(-1) ?? "")}`;
  };
  const match = payload.match === undefined ? "" : ` MATCH ${payload.match.toUpperCase()}`;
  return (
    `FOREIGN KEY (${columns(payload.columns)}) ` +
    `${referencesText(payload, columns(payload.tableColumns))}${match}${foreignKeyActions(payload)}`
  );
}

function referencesText(payload: ForeignKeyConstraint, columns: string): string {
  return `REFERENCES ${qualified(payload.table)} (${columns})`;
}

function foreignKeyActions(payload: ForeignKeyConstraint): string {
  const { onUpdate, onDelete, onDeleteColumns } = payload;
  const update = onUpdate === undefined ? "" : ` ON UPDATE ${onUpdate.toUpperCase()}`;
  const list = onDeleteColumns === undefined ? "" : ` (${quotedList(onDeleteColumns)})`;
  const remove = onDelete === undefined ? "" : ` ON DELETE ${onDelete.toUpperCase()}${list}`;
  return `${update}${remove}`;
}

function traits(payload: ConstraintPayload): readonly string[] {
  const parts: string[] = [];
  if (payload.deferrable === true) parts.push("DEFERRABLE");
  if (payload.initiallyDeferred === true) parts.push("INITIALLY DEFERRED");
  if (payload.notEnforced === true) parts.push("NOT ENFORCED");
  else if (payload.notValid === true) parts.push("NOT VALID");
  return parts;
}
