/**
 * What ALTER COLUMN can do: type and collation, not null, identity, generation, storage. A change of type takes the
 * column's dependents down and brings them back; a column whose type is made again is converted to the new one.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { ActionDraft, DataLoss } from "../actions.ts";
import { notNullOf, retypedOf, unboundOf } from "../keys.ts";
import { isCreated, type Planning } from "../planning.ts";
import { alterBy, replace, type Alteration, type Change } from "../rule.ts";
import { identityClause } from "../text/column.ts";
import { unwantedGrants } from "./grant.ts";
import { qualified, quoted, relationName } from "../text/names.ts";
import { foreignOptionsChange } from "../text/options.ts";
import {
  boundStatements,
  changedSequenceClauses,
  persistence,
  sequenceType,
  sequenceNumbers,
} from "../text/sequence.ts";
import { changesInPlace, conversion, isWidening } from "../text/types.ts";
import { columnSettings, settingsInView } from "./column_settings.ts";
import { alterTable, counterparts, keysOnRows, lastingCounterparts, tableOf } from "./parents.ts";
import { generationChange, tablesAway } from "./generation.ts";
import { notNullChange } from "./not_null.ts";
import { reshape } from "./reshape.ts";
import { putAside, rowTypes } from "./put_aside.ts";
import { isPutAside } from "./row_types.ts";
import { changesType, replacedTypes } from "./type_change.ts";

export function columnAlteration(change: Change<"column">, planning: Planning): Alteration {
  const { from, to } = change;
  const table = tableOf(planning.to, to.parent);
  if (table === undefined) {
    if (planning.to.find("materialized_view", to.parent) === undefined) return alterBy();
    return alterBy({ verb: "alter", statements: settingsInView(to, from.payload) });
  }
  if (needsNewColumn(change, planning)) return replace;
  const isAside = isPutAside(to, planning);
  // It is computed anew.
  if (isAside && to.payload.generated !== undefined) return replace;
  const isRetyped = isAside || changesType(change, planning);
  if (isRetyped && isInPartitionKey(from, planning)) {
    return from.parent === undefined ? replace : { kind: "replace", instead: from.parent };
  }
  const drafts = [
    ...dropIdentity(change, planning),
    ...(isAside ? putAside(change, planning, isDoneAbove(to, planning)) : []),
    ...(isRetyped && !isAside ? retype(change, planning) : []),
    ...generationChange(change, planning, isRetyped ? [retypedOf(to.id)] : []),
    ...notNullChange(change, planning),
    ...identityChange(change, planning),
    ...settings(change, isRetyped),
  ];
  const again = [
    ...tablesAway(to.parent, drafts, planning).flatMap((table) => keysOnRows(table, planning)),
    ...(isAside ? builtOn(from, planning) : []),
  ].map(({ id }) => id);
  return { kind: "alter", actions: drafts, rebuild: isRetyped ? [from.id] : [], again };
}

/** What says nothing of a text, or is not to be built of it. */
function builtOn({ id }: FactOf<"column">, { from }: Planning): readonly Fact[] {
  return from.referrers(id).filter(({ kind }) => {
    return kind === "constraint" || kind === "index" || kind === "statistics";
  });
}

/**
 * The type of such a column is for good: the table is made again, and its partitions, which have the rows, leave it and
 * come to the new one. What an expression in a key looks at is not known here.
 */
function isInPartitionKey({ name, parent }: FactOf<"column">, { from }: Planning): boolean {
  const key = from.find("table", parent)?.payload.partitionKey;
  return key?.keys.some(({ column }) => column === undefined || column === name.name) === true;
}

/** A plain column cannot become a generated one, nor a stored one a virtual one. */
function needsNewColumn({ from, to }: Change<"column">, planning: Planning): boolean {
  const before = from.payload.generated;
  const after = to.payload.generated;
  if (after === undefined) return before?.kind === "virtual";
  if (before?.kind !== after.kind) return true;
  // No USING can be said of it, and its values come from its expression all the same.
  const [old, now] = [from.payload.type, to.payload.type];
  if (old !== now && conversion(quoted(to.name.name), old, now) !== undefined) return true;
  return before.expression !== after.expression && planning.major < 17;
}

function alterColumn(column: FactOf<"column">, planning: Planning, clause: string): string {
  const table = tableOf(planning.to, column.parent);
  const verb = alterTable(table?.kind ?? "table");
  return `${verb} ${relationName(column)} ALTER COLUMN ${quoted(column.name.name)} ${clause}`;
}

/** An identity has to go before a default can come, and before a type that can't have one. */
function dropIdentity({ from, to }: Change<"column">, planning: Planning): readonly ActionDraft[] {
  const gone = from.payload.identity;
  if (gone === undefined || to.payload.identity !== undefined) return [];
  return [
    {
      verb: "alter",
      key: `alter ${to.id} identity`,
      statements: [alterColumn(from, planning, "DROP IDENTITY")],
      makes: [plain(to)],
      releases: [`generation ${to.id}`, `relation ${qualified(gone.sequence)}`],
      rank: 20,
    },
  ];
}

function retype(change: Change<"column">, planning: Planning): readonly ActionDraft[] {
  const { from, to } = change;
  // Another collation leaves the values as they are.
  const replaced = replacedTypes(to, planning).filter(
    (id) => planning.to.get(id)?.kind !== "collation",
  );
  const collation =
    to.payload.collation === undefined ? "" : ` COLLATE ${qualified(to.payload.collation)}`;
  const reshaped = to.payload.generated === undefined ? reshape(to, replaced, planning) : undefined;
  const using =
    reshaped?.using ?? (to.payload.generated === undefined ? usingClause(change, replaced) : "");
  const statement = alterColumn(to, planning, `TYPE ${to.payload.type}${collation}${using}`);
  const isIdentityLost = from.payload.identity !== undefined && to.payload.identity === undefined;
  const isDone = isDoneAbove(to, planning);
  return [
    {
      verb: "alter",
      key: `alter ${to.id} type`,
      statements: isDone
        ? []
        : [...(reshaped?.before ?? []), statement, ...(reshaped?.after ?? [])],
      makes: [
        ...[to.id, retypedOf(to.id), ...(widens(change) ? [widened(to)] : [])],
        ...rowTypes(to.parent, planning),
      ],
      needs: [
        ...[...needsOf(to), unboundOf(to.parent), ...aboveIds(to, planning)],
        ...(isIdentityLost ? [plain(to)] : []),
      ],
      disturbs: [from.id, ...rowTypes(to.parent, planning)],
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
        statements: [
          alterColumn(to, planning, `ADD ${identityClause(to)}`),
          ...continueNumbers(to, planning),
        ],
        makes: [to.id],
        needs: [notNullOf(to), ...(changesType({ from, to }, planning) ? [retypedOf(to.id)] : [])],
        claims: [`generation ${to.id}`, `relation ${qualified(after.sequence)}`],
      },
      ...(planning.options.grants === false ? [] : unwantedGrants(to, planning)),
    ];
  }
  const name = qualified(after.sequence);
  const changed = changedSequenceClauses(before.sequence, after.sequence);
  // A column's new type is its sequence's new type, if nothing else is said.
  const isRetyped = from.payload.type !== to.payload.type;
  const type = sequenceType(after.sequence);
  const isTyped = isRetyped ? type !== to.payload.type : type !== sequenceType(before.sequence);
  const clauses = isTyped ? [] : changed.map((clause) => `SET ${clause}`);
  if (before.generated !== after.generated) {
    clauses.unshift(`SET GENERATED ${after.generated.toUpperCase()}`);
  }
  const bounds = boundStatements(name, before.sequence, after.sequence);
  const statements = [
    ...(clauses.length > 0 || isTyped ? bounds : []),
    ...(isTyped ? [[`ALTER SEQUENCE ${name} AS ${type}`, ...changed].join(" ")] : []),
    ...(clauses.length > 0 ? [alterColumn(to, planning, clauses.join(" "))] : []),
  ];
  if (before.sequence.name !== after.sequence.name) {
    statements.unshift(
      `ALTER SEQUENCE ${qualified(before.sequence)} RENAME TO ${quoted(after.sequence.name)}`,
    );
  }
  if (before.sequence.unlogged !== after.sequence.unlogged) {
    statements.push(persistence(after.sequence));
  }
  // A wider type has room for the new bounds, a narrower one none for the old.
  const needs = widens({ from, to }) ? [widened(to)] : [];
  return [{ verb: "alter", key: `alter ${to.id} identity`, statements, makes: [to.id], needs }];
}

function widens({ from, to }: Pick<Change<"column">, "from" | "to">): boolean {
  return from.payload.type !== to.payload.type && isWidening(from.payload.type, to.payload.type);
}

function widened(column: FactOf<"column">): string {
  return `wider ${column.id}`;
}

/** No longer an identity. */
function plain(column: FactOf<"column">): string {
  return `plain ${column.id}`;
}

/**
 * A new sequence starts after the rows that are there, of which some may have numbers that it never reaches. Those of a
 * foreign table are elsewhere, and a plan does not go there.
 */
function continueNumbers(column: FactOf<"column">, { to }: Planning): readonly string[] {
  const { identity } = column.payload;
  if (identity === undefined || to.find("foreign_table", column.parent) !== undefined) return [];
  const name = quoteLiteral(qualified(identity.sequence));
  const { increment, minimum, maximum, start } = sequenceNumbers(identity.sequence);
  const isAscending = increment > 0n;
  const number = quoted(column.name.name);
  const last = isAscending ? `max(${number})` : `min(${number})`;
  const within = isAscending ? `${start} AND ${maximum}` : `${minimum} AND ${start}`;
  const rows = `FROM ${relationName(column)} WHERE ${number} BETWEEN ${within} HAVING count(*) > 0`;
  return [`SELECT pg_catalog.setval(${name}, ${last}) ${rows}`];
}

/** Another type comes with its own storage and no compression, whatever the column had. */
function settings({ from, to }: Change<"column">, isRetyped: boolean): readonly ActionDraft[] {
  const { type } = to.payload;
  const { storage: _storage, compression: _compression, ...kept } = from.payload;
  const before = isRetyped ? kept : from.payload;
  const statements = [...columnSettings(to, { ...before, type })];
  const options = foreignOptionsChange(from.payload.foreignOptions, to.payload.foreignOptions);
  if (options !== undefined) {
    statements.push(
      `ALTER FOREIGN TABLE ${relationName(to)} ALTER COLUMN ${quoted(to.name.name)} ${options}`,
    );
  }
  return statements.length === 0
    ? []
    : [
        {
          ...{ verb: "alter", key: `alter ${to.id} settings`, statements, makes: [] },
          ...(isRetyped ? { needs: [retypedOf(to.id)] } : {}),
        },
      ];
}

/** Whether the same change of the parent's column does it here as well. */
function isDoneAbove(column: FactOf<"column">, planning: Planning): boolean {
  return lastingCounterparts(column, planning).some((above) => {
    const changed = above.kind === "column" ? planning.fates.alters.get(above.id) : undefined;
    if (above.kind !== "column" || changed === undefined) return false;
    const isRetyped = changed.has("type") || changed.has("collation") || changed.size === 0;
    return (
      isRetyped &&
      above.payload.type === column.payload.type &&
      sameValue(above.payload.collation, column.payload.collation)
    );
  });
}

/** One that is new above comes after this: the server adds it where those below are of its type already. */
function aboveIds(column: FactOf<"column">, planning: Planning): readonly string[] {
  return counterparts(planning.to, column)
    .map(({ id }) => id)
    .filter((id) => !isCreated(planning, id));
}
