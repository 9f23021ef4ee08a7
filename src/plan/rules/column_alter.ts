/**
 * What ALTER COLUMN can do: type and collation, not null, identity, generation, storage. A change of type takes the
 * column's dependents down and brings them back; a column whose type is made again is converted to the new one.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { ActionDraft, DataLoss } from "../actions.ts";
import { isReplaced, type Planning } from "../planning.ts";
import { alterBy, replace, type Alteration, type Change } from "../rule.ts";
import { identityClause } from "../text/column.ts";
import { qualified, quoted, relationName } from "../text/names.ts";
import { foreignOptionsChange } from "../text/options.ts";
import { changedSequenceClauses } from "../text/sequence.ts";
import { changesInPlace, conversion, isWidening } from "../text/types.ts";
import { columnSettings, setNotNull } from "./column_settings.ts";
import { alterTable, counterparts, tableOf } from "./parents.ts";
import { isType } from "./type_kinds.ts";
import { parenthesised } from "../text/parentheses.ts";

export function columnAlteration(change: Change<"column">, planning: Planning): Alteration {
  const { from, to } = change;
  const table = tableOf(planning.to, to.parent);
  if (table === undefined) return alterBy();
  if (needsNewColumn(change, planning)) return replace;
  const isRetyped = changesType(change, planning);
  const drafts = [
    ...loosen(change, planning),
    ...(isRetyped ? retype(change, planning) : []),
    ...generationChange(change),
    ...tighten(change, planning),
    ...settings(change),
  ];
  return { kind: "alter", actions: drafts, rebuild: isRetyped ? [from.id] : [] };
}

/** A plain column cannot become a generated one, nor a stored one a virtual one. */
function needsNewColumn({ from, to }: Change<"column">, planning: Planning): boolean {
  const before = from.payload.generated;
  const after = to.payload.generated;
  if (after === undefined) return before?.kind === "virtual";
  if (before?.kind !== after.kind) return true;
  return before.expression !== after.expression && planning.major < 17;
}

function changesType({ to, attributes }: Change<"column">, planning: Planning): boolean {
  return (
    attributes.has("type") || attributes.has("collation") || replacedTypes(to, planning).length > 0
  );
}

/** The column's types that make way for new ones of the same name. */
function replacedTypes(column: FactOf<"column">, planning: Planning): readonly FactId[] {
  return column.references.filter((id) => isReplaced(planning, id) && isType(planning.to.get(id)));
}

function alterColumn(column: FactOf<"column">, planning: Planning, clause: string): string {
  const table = tableOf(planning.to, column.parent);
  const verb = alterTable(table?.kind ?? "table");
  return `${verb} ${relationName(column)} ALTER COLUMN ${quoted(column.name.name)} ${clause}`;
}

/** What has to go before a type can change or a key can. */
function loosen({ from, to }: Change<"column">, planning: Planning): readonly ActionDraft[] {
  const drafts: ActionDraft[] = [];
  if (from.payload.identity !== undefined && to.payload.identity === undefined) {
    drafts.push({
      verb: "alter",
      key: `alter ${to.id} identity`,
      statements: [alterColumn(from, planning, "DROP IDENTITY")],
      makes: [],
      releases: [`generation ${to.id}`, `relation ${qualified(from.payload.identity.sequence)}`],
      rank: 20,
    });
  }
  const before = from.payload.notNull;
  const after = to.payload.notNull;
  if (before !== undefined && !sameValue(before, after) && !onlyValidates(change2(from, to))) {
    const comesFromAbove = before.inherited === true || isDoneAbove(to, planning, "notNull");
    drafts.push({
      verb: "alter",
      key: `alter ${to.id} nullable`,
      statements: comesFromAbove ? [] : dropNotNull(from, to, planning),
      disturbs: [to.id],
      needs: aboveIds(to, planning),
      makes: [`nullable ${to.id}`],
      rank: 20,
    });
  }
  return drafts;
}

function change2(from: FactOf<"column">, to: FactOf<"column">): Change<"column"> {
  return { from, to, attributes: new Set() };
}

/** A NOT NULL that was not valid and is now needs no new constraint. */
function onlyValidates({ from, to }: Change<"column">): boolean {
  const { notValid: before, ...old } = from.payload.notNull ?? {};
  const { notValid: after, ...next } = to.payload.notNull ?? {};
  const isPresent = from.payload.notNull !== undefined && to.payload.notNull !== undefined;
  return isPresent && before === true && after !== true && sameValue(old, next);
}

/** A constraint that only changes its name is renamed. */
function dropNotNull(
  from: FactOf<"column">,
  to: FactOf<"column">,
  planning: Planning,
): readonly string[] {
  const { name: oldName, ...before } = from.payload.notNull ?? {};
  const { name: newName, ...after } = to.payload.notNull ?? {};
  if (to.payload.notNull !== undefined && sameValue(before, after)) {
    const usual = `${to.name.relation ?? ""}_${to.name.name}_not_null`;
    const rename = `RENAME CONSTRAINT ${quoted(oldName ?? usual)} TO ${quoted(newName ?? usual)}`;
    return [`ALTER TABLE ${relationName(to)} ${rename}`];
  }
  return [alterColumn(from, planning, "DROP NOT NULL")];
}

function isRenamed({ from, to }: Change<"column">): boolean {
  if (from.payload.notNull === undefined || to.payload.notNull === undefined) return false;
  const { name: oldName, ...before } = from.payload.notNull;
  const { name: newName, ...after } = to.payload.notNull;
  return oldName !== newName && sameValue(before, after);
}

function retype(change: Change<"column">, planning: Planning): readonly ActionDraft[] {
  const { from, to } = change;
  const replaced = replacedTypes(to, planning);
  const collation =
    to.payload.collation === undefined ? "" : ` COLLATE ${qualified(to.payload.collation)}`;
  const using = to.payload.generated === undefined ? usingClause(change, replaced) : "";
  const statement = alterColumn(to, planning, `TYPE ${to.payload.type}${collation}${using}`);
  return [
    {
      verb: "alter",
      key: `alter ${to.id} type`,
      statements: isDoneAbove(to, planning, "type") ? [] : [statement],
      makes: [to.id],
      needs: [...needsOf(to), ...aboveIds(to, planning)],
      disturbs: [from.id],
      loss: lossOf(from.payload.type, to.payload.type, replaced.length > 0),
    },
  ];
}

function usingClause({ from, to }: Change<"column">, replaced: readonly FactId[]): string {
  const column = quoted(to.name.name);
  if (replaced.length > 0) return ` USING ${column}::text::${to.payload.type}`;
  const expression = conversion(column, from.payload.type, to.payload.type);
  return expression === undefined ? "" : ` USING ${expression}`;
}

function lossOf(from: string, to: string, isReplaced: boolean): DataLoss {
  if (!isReplaced && from === to) return "none";
  if (isReplaced || !isWidening(from, to)) return "narrows";
  return changesInPlace(from, to) ? "none" : "rewrites";
}

function needsOf(fact: FactOf<"column">): readonly string[] {
  return fact.parent === undefined ? fact.references : [fact.parent, ...fact.references];
}

function generationChange({ from, to }: Change<"column">): readonly ActionDraft[] {
  const before = from.payload.generated;
  const after = to.payload.generated;
  if (sameValue(before, after)) return [];
  const column = `ALTER TABLE ${relationName(to)} ALTER COLUMN ${quoted(to.name.name)}`;
  const clause =
    after === undefined
      ? "DROP EXPRESSION"
      : `SET EXPRESSION AS ${parenthesised(after.expression)}`;
  return [
    {
      verb: "alter",
      key: `alter ${to.id} generation`,
      statements: [`${column} ${clause}`],
      makes: [to.id],
      releases: [`generation ${to.id}`],
      loss: after?.kind === "stored" ? "rewrites" : "none",
    },
  ];
}

/** NOT NULL and identity, after the rest and before whatever needs them. */
function tighten(change: Change<"column">, planning: Planning): readonly ActionDraft[] {
  const { from, to } = change;
  const statements: string[] = [];
  const wasNotNull = from.payload.notNull;
  const { notNull } = to.payload;
  if (notNull !== undefined && !sameValue(wasNotNull, notNull) && !isRenamed(change)) {
    if (onlyValidates(change)) statements.push(validateNotNull(to));
    else if (notNull.inherited !== true && !isDoneAbove(to, planning, "notNull")) {
      statements.push(setNotNull(to));
    }
  }
  const drafts: ActionDraft[] = [
    {
      verb: "alter",
      key: `alter ${to.id} not null`,
      statements,
      makes: [to.id, `not null ${to.id}`],
      needs: [`nullable ${to.id}`, ...aboveIds(to, planning)],
    },
  ];
  return [...(statements.length > 0 ? drafts : []), ...identityChange(change, planning)];
}

function validateNotNull(column: FactOf<"column">): string {
  const usual = `${column.name.relation ?? ""}_${column.name.name}_not_null`;
  const name = column.payload.notNull?.name ?? usual;
  return `ALTER TABLE ${relationName(column)} VALIDATE CONSTRAINT ${quoted(name)}`;
}

function identityChange(
  { from, to }: Change<"column">,
  planning: Planning,
): readonly ActionDraft[] {
  const before = from.payload.identity;
  const after = to.payload.identity;
  if (after === undefined || sameValue(before, after)) return [];
  if (before === undefined) {
    return [
      {
        verb: "alter",
        key: `alter ${to.id} identity`,
        statements: [alterColumn(to, planning, `ADD ${identityClause(to)}`), continueNumbers(to)],
        makes: [to.id],
        needs: [`not null ${to.id}`],
        claims: [`generation ${to.id}`, `relation ${qualified(after.sequence)}`],
      },
    ];
  }
  const clauses = changedSequenceClauses(before.sequence, after.sequence).map(
    (clause) => `SET ${clause}`,
  );
  if (before.generated !== after.generated) {
    clauses.unshift(`SET GENERATED ${after.generated.toUpperCase()}`);
  }
  const statements = clauses.length === 0 ? [] : [alterColumn(to, planning, clauses.join(" "))];
  if (before.sequence.name !== after.sequence.name) {
    statements.unshift(
      `ALTER SEQUENCE ${qualified(before.sequence)} RENAME TO ${quoted(after.sequence.name)}`,
    );
  }
  return [{ verb: "alter", key: `alter ${to.id} identity`, statements, makes: [to.id] }];
}

/** A new sequence starts after the rows that are there. */
function continueNumbers(column: FactOf<"column">): string {
  const { identity } = column.payload;
  const name = identity === undefined ? "" : quoteLiteral(qualified(identity.sequence));
  const highest = `max(${quoted(column.name.name)})`;
  return `SELECT pg_catalog.setval(${name}, ${highest}) FROM ${relationName(column)} HAVING ${highest} > 0`;
}

function settings({ from, to }: Change<"column">): readonly ActionDraft[] {
  const { type } = to.payload;
  const statements = [...columnSettings(to, { ...from.payload, type })];
  const options = foreignOptionsChange(from.payload.foreignOptions, to.payload.foreignOptions);
  if (options !== undefined) {
    statements.push(
      `ALTER FOREIGN TABLE ${relationName(to)} ALTER COLUMN ${quoted(to.name.name)} ${options}`,
    );
  }
  return statements.length === 0
    ? []
    : [{ verb: "alter", key: `alter ${to.id} settings`, statements, makes: [] }];
}

/** Whether the same change of the parent's column does it here as well. */
function isDoneAbove(
  column: FactOf<"column">,
  planning: Planning,
  attribute: "type" | "notNull",
): boolean {
  return counterparts(planning.to, column).some((above) => {
    if (above.kind !== "column") return false;
    const changed = planning.fates.alters.get(above.id);
    if (changed === undefined) return false;
    if (attribute === "type") {
      return (
        (changed.has("type") || changed.size === 0) && above.payload.type === column.payload.type
      );
    }
    const isNullable = above.payload.notNull === undefined;
    return changed.has("notNull") && isNullable === (column.payload.notNull === undefined);
  });
}

function aboveIds(column: FactOf<"column">, planning: Planning): readonly string[] {
  return counterparts(planning.to, column).map(({ id }) => id);
}
