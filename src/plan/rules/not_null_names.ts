/**
 * The names that the server gives to NOT NULLs where nobody says one, and that others may have; what they are called in
 * the tables below.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import { factId, type FactId, type FactName } from "../../catalog/id.ts";
import type { Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { notNullName } from "../text/column.ts";
import { quoted, relationName } from "../text/names.ts";
import { asideName } from "./aside.ts";
import { childTables, lastingCounterparts, tablesBelow } from "./parents.ts";

/** Once per side: every column of every table asks. */
const namesTaken = new WeakMap<Side, ReadonlySet<string>>();

/**
 * Whether something else in the schema is called as the server would call the column's NOT NULL, which would get another
 * name then.
 */
export function isUsualNameTaken(
  column: FactOf<"column">,
  { to, major, fates }: Planning,
): boolean {
  if (major < 18 || column.payload.notNull === undefined) return false;
  if (column.payload.notNull.name !== undefined) return false;
  // Of a table that is made again the old one has the usual names still.
  if (column.parent !== undefined && fates.rebuilds.has(column.parent)) return true;
  const known = namesTaken.get(to) ?? saidNames(to);
  namesTaken.set(to, known);
  return known.has(JSON.stringify([column.name.schema, notNullName(column)]));
}

function saidNames(side: Side): ReadonlySet<string> {
  const names = new Set<string>();
  const usual = new Set<string>();
  for (const column of side.ofKind("column")) {
    const { name, payload } = column;
    if (payload.notNull === undefined) continue;
    const own = JSON.stringify([name.schema, notNullName(column)]);
    if (payload.notNull.name === undefined) {
      // Cut to 63 bytes the usual names of two tables can be one; the server would number the second.
      if (usual.has(own)) names.add(own);
      usual.add(own);
    } else if (payload.notNull.inherited !== true) {
      // What comes from a parent comes after the parent's.
      names.add(own);
    }
  }
  for (const { name } of side.ofKind("constraint")) {
    names.add(JSON.stringify([name.schema, name.name]));
  }
  return names;
}

/** Where a table below, or another, has the usual name already, the server would choose another. */
export function named(column: FactOf<"column">, planning: Planning): FactOf<"column"> {
  const { notNull } = column.payload;
  if (planning.major < 18 || notNull === undefined) return column;
  if (belowIds(column, planning).length === 0 && !isUsualNameTaken(column, planning)) {
    return column;
  }
  return {
    ...column,
    payload: { ...column.payload, notNull: { name: notNullName(column), ...notNull } },
  };
}

/** The same column in the tables below. */
export function belowIds(column: FactOf<"column">, planning: Planning): readonly string[] {
  return childTables(planning.to, column.parent).flatMap(({ id }) =>
    planning.to
      .childrenOf("column", id)
      .filter(({ name }) => name.name === column.name.name)
      .map((below) => below.id),
  );
}

/** Tables below get what is not valid yet above as it is there, and may have been looked at. */
export function validBelow(
  column: FactOf<"column">,
  planning: Planning,
  isThere: (below: FactOf<"column">) => boolean = () => true,
): readonly string[] {
  return belowIds(column, planning).flatMap((id) => {
    const below = planning.to.find("column", id);
    const { notNull } = below?.payload ?? {};
    if (below === undefined || notNull?.inherited !== true || notNull.notValid === true) return [];
    if (!isThere(below)) return [];
    return [`ALTER TABLE ${relationName(below)} VALIDATE CONSTRAINT ${quoted(notNullName(below))}`];
  });
}

/**
 * The names, among the constraints of its table and of those below, that a NOT NULL takes when it comes and leaves when it
 * goes: another column's, or a check, may have one of them until then, or get one.
 */
export function heldNames(column: FactOf<"column">, side: Side, major: number): readonly string[] {
  if (major < 18 || column.payload.notNull === undefined) return [];
  const below = tablesBelow(side, column.parent).flatMap((id) => {
    const table = side.get(id)?.name;
    return table === undefined ? [] : [constraintName(column, table)];
  });
  return [constraintName(column), ...below];
}

/** As the constraint's rule says it. */
export function constraintName(
  column: FactOf<"column">,
  { schema, name: relation }: FactName = { ...column.name, name: column.name.relation ?? "" },
): string {
  const place = schema === undefined ? { relation } : { schema, relation };
  return `constraint ${factId("constraint", { ...place, name: notNullName(column) })}`;
}

export function hasNotNull(fact: Fact): boolean {
  return fact.kind === "column" && fact.payload.notNull !== undefined;
}

/** One that neither the table nor those below it have, on either side. */
export function freeConstraintName(
  name: string,
  table: FactId | undefined,
  { from, to }: Planning,
): string {
  const taken = new Set(
    [from, to].flatMap((side) =>
      [table ?? "", ...tablesBelow(side, table)].flatMap((id) => [
        ...side.childrenOf("constraint", id).map((one) => one.name.name),
        ...side.childrenOf("column", id).filter(hasNotNull).map(notNullName),
      ]),
    ),
  );
  let free = asideName(name);
  while (taken.has(free)) free = asideName(free);
  return free;
}

/** Whether a table above has it before and after, unchanged: then it does not go from below. */
export function isBoundNotNull(column: FactOf<"column">, planning: Planning): boolean {
  return lastingCounterparts(column, planning).some(({ id }) => {
    const [before, after] = [planning.from.get(id), planning.to.get(id)];
    if (before === undefined || after === undefined) return false;
    const isChanged = planning.fates.alters.get(id)?.has("notNull") === true;
    return !isChanged && hasNotNull(before) && hasNotNull(after);
  });
}
