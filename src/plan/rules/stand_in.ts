/**
 * A stand-in for a parent table. What comes from a parent alone turns into the table's own when the table leaves that
 * parent, and nothing turns it back; and a table that is to get a parent must have the parent's columns first, as its
 * own. So where a table goes from one parent to another an empty table holds what is to stay inherited, and hands down
 * what is to come, until the table is with its parent. It never outlives the plan.
 */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import type { ActionDraft } from "../actions.ts";
import { attachmentOf, standInOf } from "../keys.ts";
import { isCreated, isReplaced, type Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { columnText, notNullName } from "../text/column.ts";
import { constraintText } from "../text/constraint.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { freeRelationName } from "./aside.ts";
import { alterTable, counterparts, parentsOf, tableOf, type TableFact } from "./parents.ts";

/** A column or a check: what a table can have from a parent alone. */
export type Part = FactOf<"column"> | FactOf<"constraint">;

/** The stand-in's name, where the part of a plain child goes from one parent to another, or comes with one that is new. */
export function standInFor(part: Fact, planning: Planning): QualifiedName | undefined {
  return isHandedDown(part, planning) ? standInName(part.parent, planning) : undefined;
}

/** Whether the part is there, comes from a parent that goes, and is to come from another. */
export function isHeld(part: Fact, planning: Planning): boolean {
  return isHandedDown(part, planning) && !isCreated(planning, part.id);
}

function isHandedDown(part: Fact, planning: Planning): boolean {
  const after = isBound(part) ? tableOf(planning.to, part.parent) : undefined;
  const before = tableOf(planning.from, part.parent);
  if (before === undefined || after?.payload.inherits === undefined) return false;
  if (isCreated(planning, after.id) || before.payload.partitionOf !== undefined) return false;
  const sources = counterparts(planning.to, part);
  const staying = stayingParents(before, planning);
  if (sources.length === 0 || sources.some(({ parent }) => staying.has(parent ?? ""))) return false;
  const old = planning.from.get(part.id);
  return isCreated(planning, part.id) || (old !== undefined && isBound(old));
}

function stayingParents(before: TableFact, planning: Planning): ReadonlySet<FactId> {
  const ids = parentsOf(planning.from, before).map(({ id }) => id);
  return new Set(ids.filter((id) => !isReplaced(planning, id)));
}

/** New columns of parents that stay, which take the part over from one that the table leaves: they are there before. */
export function successorsOf(part: Fact, planning: Planning): readonly FactId[] {
  const [before, after] = [tableOf(planning.from, part.parent), tableOf(planning.to, part.parent)];
  const old = planning.from.get(part.id);
  if (before === undefined || after?.payload.inherits === undefined) return [];
  if (before.payload.inherits === undefined || isReplaced(planning, after.id)) return [];
  if (old === undefined || !isBound(old) || !isBound(part) || isCreated(planning, part.id))
    return [];
  const staying = stayingParents(before, planning);
  const above = counterparts(planning.to, part).filter(({ parent }) => staying.has(parent ?? ""));
  return above.every(({ id }) => isCreated(planning, id)) ? above.map(({ id }) => id) : [];
}

/** Whether it comes from a parent alone. */
export function isBound(fact: Fact): fact is Part {
  if (fact.kind === "column") return fact.payload.inherited === true;
  return (
    fact.kind === "constraint" && fact.payload.type === "check" && fact.payload.inherited === true
  );
}

export function standInName(table: FactId | undefined, planning: Planning): QualifiedName {
  const { schema = "public", name } = tableOf(planning.to, table)?.name ?? { name: "" };
  return { schema, name: freeRelationName({ schema, name }, planning, "__parent") };
}

/** Of one more, which comes and goes while the other may be there. */
export function standInBeside({ name }: TableFact, planning: Planning): QualifiedName {
  const { schema = "public", name: table } = name;
  const own = { schema, name: table };
  return { schema, name: freeRelationName(own, planning, "__holder") };
}

/** The same part as the stand-in has it: nobody's but its own, and called as in the table. */
export function inStandIn<T extends Part>(part: T, { schema, name }: QualifiedName): T {
  return { ...part, name: { ...part.name, schema, relation: name } };
}

/** It comes before the table leaves any parent, and goes when the table is with all of them. */
export function standInActions(table: TableFact, planning: Planning): readonly ActionDraft[] {
  const parts = planning.to.children(table.id).filter((part) => isHandedDown(part, planning));
  if (parts.length === 0) return [];
  const name = standInName(table.id, planning);
  const held = parts.flatMap((part) => {
    const old = isHeld(part, planning) ? planning.from.get(part.id) : undefined;
    return old !== undefined && isBound(old) ? [withSharedNotNull(old, part, planning)] : [];
  });
  const own = { makes: [], frees: [], claims: [] };
  return [
    {
      ...{
        ...own,
        verb: "alter",
        key: `hold ${table.id}`,
        makes: [standInOf(table.id)],
        needs: [],
      },
      statements: takeIn(
        table,
        name,
        standInText(standInParts(held, planning.from, planning), planning),
      ),
      rank: 4,
    },
    {
      ...{ ...own, verb: "alter", key: `release ${table.id}`, makes: [releaseOf(table.id)] },
      statements: letGo(table, name),
      needs: [standInOf(table.id), attachmentOf(table.id), ...parts.map(({ id }) => id)],
    },
  ];
}

/** The table has left its stand-in. */
export function releaseOf(table: FactId): string {
  return `release ${table}`;
}

/** A NOT NULL is inherited or not by itself; what is not to stay so becomes the table's own when its parent goes. */
function withSharedNotNull(old: Part, part: Fact, { major }: Planning): Part {
  if (old.kind !== "column" || part.kind !== "column" || major < 18) return old;
  const [before, after] = [old.payload.notNull, part.payload.notNull];
  if (before?.inherited === true && after?.inherited === true) return old;
  const { notNull: _own, ...payload } = old.payload;
  return { ...old, payload };
}

/**
 * With what checks and expressions look at and the stand-in would not have: the table's own columns, which stay its own.
 * Since PostgreSQL 17 a table below has an expression of its own, and the stand-in one that looks at nothing.
 */
export function standInParts(
  given: readonly Part[],
  side: Side,
  { major }: Planning,
): readonly Part[] {
  const parts = major < 17 ? given : given.map(unseeing);
  const there = new Set(parts.map(({ id }) => id));
  const read = parts.flatMap((part) => columnsRead(part, side)).filter(({ id }) => !there.has(id));
  return [...new Map(read.map((column) => [column.id, column])).values(), ...parts];
}

function unseeing(part: Part): Part {
  if (part.kind !== "column" || part.payload.generated === undefined) return part;
  const { type, generated } = part.payload;
  const nothing = { ...generated, expression: `NULL::${type}` };
  return { ...part, payload: { ...part.payload, generated: nothing }, references: [] };
}

/** As they have to be for a table to come below one with the same. */
function columnsRead(part: Part, side: Side): readonly FactOf<"column">[] {
  if (part.kind === "column" && part.payload.generated === undefined) return [];
  return part.references.flatMap((id) => {
    const column = side.find("column", id);
    if (column === undefined || column.parent !== part.parent || id === part.id) return [];
    const { position, type, collation } = column.payload;
    const bare = collation === undefined ? { position, type } : { position, type, collation };
    return [{ ...column, payload: bare }];
  });
}

/** For a check or a generated column that comes while the stand-in is there. */
export function columnsLookedAt(
  part: Part,
  standIn: QualifiedName,
  planning: Planning,
): readonly string[] {
  return columnsRead(part, planning.to)
    .filter((column) => {
      const fact = planning.to.get(column.id);
      return fact !== undefined && standInFor(fact, planning) === undefined;
    })
    .map((column) => {
      const { definition } = columnText(column);
      return `ALTER TABLE ${qualified(standIn)} ADD COLUMN IF NOT EXISTS ${definition}`;
    });
}

/** `(a integer, CONSTRAINT k CHECK (a > 0))`. */
export function standInText(parts: readonly Part[], planning: Planning): string {
  const columns = parts.flatMap((part) => (part.kind === "column" ? [part] : []));
  const lines = columns.map((column) => declaration(column, planning));
  const checks = parts.flatMap((part) =>
    part.kind === "constraint"
      ? [`CONSTRAINT ${quoted(part.name.name)} ${constraintText(part.payload)}`]
      : [],
  );
  const list = [...lines, ...checks].map((line) => `\n    ${line}`).join(",");
  return list === "" ? "()" : `(${list}\n)`;
}

function declaration(column: FactOf<"column">, planning: Planning): string {
  const { definition, constraints } = columnText(withNamedNotNull(column, planning));
  return constraints === "" ? definition : `${definition} ${constraints}`;
}

/** Handed down, a NOT NULL is called in the table as it is above. */
export function withNamedNotNull(column: FactOf<"column">, { major }: Planning): FactOf<"column"> {
  const { notNull } = column.payload;
  if (notNull === undefined || major < 18) return column;
  const named = { ...notNull, name: notNullName(column) };
  return { ...column, payload: { ...column.payload, notNull: named } };
}

export function takeIn(
  table: TableFact,
  name: QualifiedName,
  parts: string,
): readonly [string, string] {
  return [
    `CREATE TABLE ${qualified(name)} ${parts}`,
    `${alterTable(table.kind)} ${ownName(table)} INHERIT ${qualified(name)}`,
  ];
}

export function letGo(table: TableFact, name: QualifiedName): readonly string[] {
  return [
    `${alterTable(table.kind)} ${ownName(table)} NO INHERIT ${qualified(name)}`,
    `DROP TABLE ${qualified(name)}`,
  ];
}
