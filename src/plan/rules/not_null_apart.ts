/**
 * What comes to a partition with the NOT NULL of the table above is called as it is there, since PostgreSQL 18. One with
 * another name, which the partition has had if it was attached with one, can be given only while the partition is away.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { ActionDraft } from "../actions.ts";
import { awayOf, notNullOf } from "../keys.ts";
import { isCreated, isReplaced, type Planning } from "../planning.ts";
import { notNullName } from "../text/column.ts";
import { quoted, relationName } from "../text/names.ts";
import { apart, ownedAgain } from "./apart.ts";
import { counterparts, keysOnRows, staysBound, tableOf } from "./parents.ts";
import { hasNotNull } from "./not_null_names.ts";
import { isRelinked } from "./relink.ts";

/** Once for all columns of a table, when they are all there: by the first of them. */
export function namedApart(column: FactOf<"column">, planning: Planning): readonly ActionDraft[] {
  const { parent: table } = column;
  if (table === undefined || comingName(column, planning) === undefined) return [];
  const columns = planning.to.childrenOf("column", table);
  const renames = columns.flatMap((one) => {
    const name = comingName(one, planning);
    const rename = `ALTER TABLE ${relationName(one)} RENAME CONSTRAINT`;
    return name === undefined
      ? []
      : [{ id: one.id, statement: `${rename} ${quoted(name)} TO ${quoted(notNullName(one))}` }];
  });
  if (renames[0]?.id !== column.id) return [];
  const statements = renames.map(({ statement }) => statement);
  return [
    {
      verb: "alter",
      key: `alter ${table} not null names`,
      statements: [
        ...apart(column, planning, statements),
        ...ownedAgain(table, planning, (one) => isNew(one, planning)),
      ],
      makes: [awayOf(table), namesOf(table)],
      needs: [
        ...columns.flatMap((one) => [one.id, notNullOf(one)]),
        ...counterparts(planning.to, column).map(({ parent }) => namesOf(parent ?? "")),
      ],
      claims: keysAway(column, planning).map((id) => `constraint ${id}`),
    },
  ];
}

/** Foreign keys that have to be gone meanwhile. */
export function keysAway(column: FactOf<"column">, planning: Planning): readonly FactId[] {
  if (comingName(column, planning) === undefined) return [];
  return keysOnRows(column.parent, planning).map(({ id }) => id);
}

/** The name under which it comes from above; undefined where it is not new, or comes under the one that it is to have. */
function comingName(column: FactOf<"column">, planning: Planning): string | undefined {
  const { to, major } = planning;
  const { payload, parent } = column;
  if (major < 18 || payload.notNull === undefined || !isNew(column, planning)) return undefined;
  // One of the table's own for a column that is there already comes before the one above.
  if (payload.notNull.inherited !== true && !isCreated(planning, column.id)) return undefined;
  const table = tableOf(to, parent);
  if (table?.payload.partitionOf === undefined || isCreated(planning, table.id)) return undefined;
  if (!staysBound(table.id, planning) || isRelinked(table.id, planning)) return undefined;
  const [above] = counterparts(to, column).filter(hasNotNull);
  if (above?.kind !== "column" || isReplaced(planning, above.parent ?? "")) return undefined;
  const name = notNullName(above);
  return name === notNullName(column) ? undefined : name;
}

function isNew({ id }: FactOf<"column">, { from }: Planning): boolean {
  return from.find("column", id)?.payload.notNull === undefined;
}

function namesOf(table: FactId): string {
  return `not null names of ${table}`;
}
