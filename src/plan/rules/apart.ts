/** What can be done to a table only while it is away from those above it, which it leaves and comes back to. */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { Planning } from "../planning.ts";
import { notNullName } from "../text/column.ts";
import { ownName, qualified } from "../text/names.ts";
import { setNotNull } from "./column_settings.ts";
import { hasNotNull } from "./not_null_names.ts";
import { counterparts, tableOf } from "./parents.ts";

/** The statements, with the table's leave before them and its return behind. */
export function apart(
  { parent: id }: { readonly parent: FactId | undefined },
  planning: Planning,
  statements: readonly string[] = [],
): readonly string[] {
  const table = tableOf(planning.to, id);
  if (table === undefined) return statements;
  const { partitionOf, inherits } = table.payload;
  const name = ownName(table);
  if (partitionOf !== undefined) {
    const parent = `ALTER TABLE ${qualified(partitionOf.parent)}`;
    const { bound } = partitionOf;
    return [
      `${parent} DETACH PARTITION ${name}`,
      ...statements,
      `${parent} ATTACH PARTITION ${name} ${bound}`,
      ...ownedAgain(table.id, planning, wasNotNull(planning)),
    ];
  }
  const links = (word: string): readonly string[] =>
    (inherits ?? []).map((parent) => `ALTER TABLE ${name} ${word} ${qualified(parent)}`);
  return [...links("NO INHERIT"), ...statements, ...links("INHERIT")];
}

function wasNotNull({ from }: Planning): (column: FactOf<"column">) => boolean {
  return ({ id }) => from.find("column", id)?.payload.notNull !== undefined;
}

/**
 * ATTACH PARTITION makes a NOT NULL that the parent has the parent's alone: said again, it is the table's own as well.
 */
export function ownedAgain(
  table: FactId,
  planning: Planning,
  isMeant: (column: FactOf<"column">) => boolean = () => true,
): readonly string[] {
  if (planning.major < 18) return [];
  return planning.to.childrenOf("column", table).flatMap((column) => {
    const { notNull } = column.payload;
    if (notNull === undefined || notNull.inherited === true || !isMeant(column)) return [];
    if (!counterparts(planning.to, column).some(hasNotNull)) return [];
    // SET NOT NULL would look at the rows of one that nobody has looked at.
    const named = { name: notNullName(column), ...notNull };
    const { name: _name, ...unnamed } = notNull;
    const payload = { ...column.payload, notNull: notNull.notValid === true ? named : unnamed };
    return [setNotNull({ ...column, payload })];
  });
}
