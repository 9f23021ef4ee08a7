/**
 * Values of composite types whose attributes are others, or stand in another order: they go over attribute by attribute,
 * by name. The server does that with JSON, through arrays, domains and composites within composites too; as text they
 * would go over by position.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isReplaced, type Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { ownName, quoted } from "../text/names.ts";
import { isType } from "./type_kinds.ts";

export interface Reshaping {
  /** Statements around the one that changes the column's type. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly using: string;
}

/** Undefined: the values' text does. `replaced`: the column's types that are made again. */
export function reshape(
  column: FactOf<"column">,
  replaced: readonly FactId[],
  planning: Planning,
): Reshaping | undefined {
  if (!replaced.some((id) => isReshaped(id, planning))) return undefined;
  const name = quoted(column.name.name);
  const { type } = column.payload;
  const isPlain = replaced.some((id) => {
    const composite = planning.to.find("composite", id);
    return composite !== undefined && ownName(composite) === type;
  });
  if (isPlain) {
    const using = ` USING pg_catalog.json_populate_record(NULL::${type}, pg_catalog.to_json(${name}))`;
    return { before: [], after: [], using };
  }
  const value = `pg_catalog.json_build_object('value', ${name})`;
  return {
    before: [`CREATE TYPE pg_temp.lockstep_value AS (value ${type})`],
    after: ["DROP TYPE pg_temp.lockstep_value"],
    using: ` USING (pg_catalog.json_populate_record(NULL::pg_temp.lockstep_value, ${value})).value`,
  };
}

function isReshaped(id: FactId, planning: Planning): boolean {
  const composite = planning.to.find("composite", id);
  if (composite !== undefined && shapeOf(id, planning.from) !== shapeOf(id, planning.to)) {
    return true;
  }
  const parts = [
    ...(planning.to.get(id)?.references ?? []),
    ...planning.to.childrenOf("attribute", id).flatMap(({ references }) => references),
  ];
  return parts.some(
    (part) =>
      part !== id &&
      isReplaced(planning, part) &&
      isType(planning.to.get(part)) &&
      isReshaped(part, planning),
  );
}

function shapeOf(composite: FactId, side: Side): string {
  const attributes = side
    .childrenOf("attribute", composite)
    .toSorted((left, right) => left.payload.ordinal - right.payload.ordinal);
  return JSON.stringify(attributes.map(({ name }) => name.name));
}
