/**
 * Sequences. OWNED BY is an action of its own, since the column that owns one often needs it for its default. A
 * sequence whose bounds move keeps its place, or the nearest one within them.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { factId } from "../../catalog/id.ts";
import { sameValue } from "../../catalog/compare.ts";
import type { ActionDraft } from "../actions.ts";
import { createKey, ownerOf } from "../keys.ts";
import { isCreated, isDropped, rebuiltAbove, type Planning } from "../planning.ts";
import type { Alteration, Change, Rule } from "../rule.ts";
import { serialColumn } from "./serial.ts";
import { ownName, quoted } from "../text/names.ts";
import { boundStatements, changedSequenceClauses, sequenceClauses } from "../text/sequence.ts";

export const sequenceRule: Rule<"sequence"> = {
  kind: "sequence",
  names: (fact) => [`relation ${ownName(fact)}`],
  create: (fact, planning) => {
    const { payload } = fact;
    const column = serialColumn(fact, planning);
    if (column?.parent !== undefined) {
      const into = createKey(isCreated(planning, column.parent) ? column.parent : column.id);
      const makes = [fact.id, `owned ${fact.id}`];
      return [{ verb: "create", statements: [], makes, needs: [], fold: { into, always: true } }];
    }
    const verb = payload.unlogged === true ? "CREATE UNLOGGED SEQUENCE" : "CREATE SEQUENCE";
    const type = payload.type === undefined ? "" : ` AS ${payload.type}`;
    const clauses = sequenceClauses(payload)
      .map((clause) => ` ${clause}`)
      .join("");
    const owning = owningColumn(fact);
    const needs = [fact.parent ?? "", ...fact.references.filter((id) => !belongsTo(id, owning))];
    return [
      { verb: "create", statements: [`${verb} ${ownName(fact)}${type}${clauses}`], needs },
      ...own(fact, planning),
    ];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP SEQUENCE ${ownName(fact)}`] }],
  alter: alterSequence,
  // It goes over to the new table, at the number where it is.
  canRelease: (fact, _replaced, planning) => changesTable(fact, planning),
  dropsWith: (fact, planning) => {
    const column = owningColumn(fact);
    return column !== undefined && isDropped(planning, column)
      ? { id: column, always: false }
      : undefined;
  },
};

/** The column that owns the sequence. */
export function owningColumn(fact: FactOf<"sequence">): string | undefined {
  const { ownedBy } = fact.payload;
  if (ownedBy === undefined) return undefined;
  const { schema, table, column } = ownedBy;
  return factId("column", { schema, relation: table, name: column });
}

/** Whether the table of the column that owns the sequence is made again with its rows. */
function changesTable(fact: FactOf<"sequence">, planning: Planning): boolean {
  const column = planning.to.get(owningColumn(fact) ?? "");
  return rebuiltAbove(planning, column) !== undefined;
}

/** Whether a reference is to the owning column or its table. */
function belongsTo(id: string, column: string | undefined): boolean {
  return (
    column !== undefined &&
    (id === column || column.startsWith(`${id.replace(/^\w+:/, "column:")}.`))
  );
}

function own(fact: FactOf<"sequence">, planning: Planning): readonly ActionDraft[] {
  const { ownedBy } = fact.payload;
  const column = owningColumn(fact);
  if (ownedBy === undefined || column === undefined) return [];
  const table = planning.to.get(planning.to.get(column)?.parent ?? "");
  const name = `${table === undefined ? "" : ownName(table)}.${quoted(ownedBy.column)}`;
  const isNewTable =
    table !== undefined && isCreated(planning, table.id) && !changesTable(fact, planning);
  return [
    {
      verb: "alter",
      key: `own ${fact.id}`,
      statements: [`ALTER SEQUENCE ${ownName(fact)} OWNED BY ${name}`],
      makes: [`owned ${fact.id}`],
      needs: [
        fact.id,
        column,
        `disowned ${fact.id}`,
        ...(isNewTable ? [] : [ownerOf(fact.id), ownerOf(table?.id ?? "")]),
      ],
      frees: [],
      claims: [],
    },
  ];
}

function alterSequence(change: Change<"sequence">, planning: Planning): Alteration {
  const { from, to, attributes } = change;
  const drafts: ActionDraft[] = [];
  if (attributes.has("unlogged")) {
    const word = to.payload.unlogged === true ? "UNLOGGED" : "LOGGED";
    drafts.push({
      verb: "alter",
      key: `alter ${to.id} persistence`,
      statements: [`ALTER SEQUENCE ${ownName(to)} SET ${word}`],
    });
  }
  const statements = numberStatements(change);
  if (statements.length > 0) drafts.push({ verb: "alter", statements });
  if (!sameValue(from.payload.ownedBy, to.payload.ownedBy)) {
    drafts.push(disown(change, planning));
    drafts.push(...own(to, planning));
  } else if (changesTable(to, planning)) {
    drafts.push(release(from), ...own(to, planning));
  }
  return { kind: "alter", actions: drafts };
}

/** Before its column goes: the sequence would go with it. Where the column stays, naming another owner is enough. */
function disown({ from, to }: Change<"sequence">, planning: Planning): ActionDraft {
  const before = owningColumn(from);
  const isLeft = to.payload.ownedBy !== undefined && !isDropped(planning, before ?? "");
  const isBare = before === undefined || isLeft;
  return { ...release(from), ...(isBare ? { statements: [] } : {}) };
}

function release(fact: FactOf<"sequence">): ActionDraft {
  const column = owningColumn(fact);
  return {
    verb: "alter",
    key: `disown ${fact.id}`,
    statements: [`ALTER SEQUENCE ${ownName(fact)} OWNED BY NONE`],
    makes: [`disowned ${fact.id}`],
    needs: [],
    frees: column === undefined ? [] : [column],
  };
}

function numberStatements({ from, to }: Change<"sequence">): readonly string[] {
  const type = from.payload.type === to.payload.type ? [] : [`AS ${to.payload.type ?? "bigint"}`];
  const clauses = [...type, ...changedSequenceClauses(from.payload, to.payload)];
  if (clauses.length === 0) return [];
  const name = ownName(to);
  const bounds = boundStatements(name, from.payload, to.payload);
  return [...bounds, `ALTER SEQUENCE ${name} ${clauses.join(" ")}`];
}
