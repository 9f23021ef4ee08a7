/**
 * Functions, procedures and aggregates. The same arguments and result: replaced in place, whatever else changes.
 * Otherwise it is another function of the same name, and what calls it by its identity comes down and back.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import { factId, type FactId, type FactName } from "../../catalog/id.ts";
import type { Argument, FunctionPayload } from "../../catalog/payloads/code.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import type { Side } from "../side.ts";
import { shellOf } from "../keys.ts";
import { alterBy, replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { ownName, quoted, routineName } from "../text/names.ts";
import { aggregateArguments, aggregateText, routineText } from "../text/routine.ts";

const replacing = "OR REPLACE";

type RoutineKind = "function" | "procedure";

function routineRule<K extends RoutineKind>(kind: K, word: string): Rule<K> {
  return {
    kind,
    names: (fact) => [`routine ${routineName(fact)}`],
    create: (fact, planning) => [
      {
        verb: "create",
        statements: takenOut(fact, word, planning) ?? [
          `CREATE ${word} ${routineText(fact, fact.payload)}`,
        ],
        ...firstForm(fact, word, planning.to),
        needs: [
          ...(fact.parent === undefined ? [] : [fact.parent]),
          ...fact.references.map((id) => (isSupportOf(fact, id, planning.to) ? shellOf(id) : id)),
          ...extensionOf(fact),
        ],
      },
    ],
    drop: (fact, { from }) => [
      {
        verb: "drop",
        statements: [`DROP ${word} ${routineName(fact)}`],
        ...firstForm(fact, `${replacing} ${word}`, from),
      },
    ],
    alter: (change) => alterRoutine(change, word),
    holds: (fact, referrer, planning) => isSwapped(fact, referrer, planning),
    isFragile: (fact) => fact.payload.sqlBody !== undefined,
    dropsWith: (fact, planning) => {
      const type = fact.references.find(
        (id) => isDropped(planning, id) && isSupportOf(fact, id, planning.from),
      );
      return type === undefined ? undefined : { id: type, always: true };
    },
  };
}

function extensionOf({ takenOut: of }: FactOf<RoutineKind>): readonly FactId[] {
  return of === undefined ? [] : [factId("extension", { name: of.extension })];
}

/** Its extension, made with it, brings it along as a member. */
function takenOut(
  fact: FactOf<RoutineKind>,
  word: string,
  planning: Planning,
): readonly string[] | undefined {
  const [extension] = extensionOf(fact);
  if (extension === undefined || !isCreated(planning, extension)) return undefined;
  return [
    `ALTER EXTENSION ${quoted(fact.takenOut?.extension ?? "")} DROP ${word} ${routineName(fact)}`,
    `CREATE OR REPLACE ${word} ${routineText(fact, fact.payload)}`,
  ];
}

/** Of a body that the server has read, the same routine without one: by its own types it gives nothing. */
function firstForm(
  fact: FactOf<RoutineKind>,
  word: string,
  side: Side,
): Pick<ActionDraft, "preliminary"> {
  const { sqlBody: _body, ...head } = fact.payload;
  const body = fact.payload.sqlBody === undefined ? undefined : emptyBody(fact.payload);
  if (body === undefined) return {};
  // What is replaced keeps its defaults; what is new gets them with its own body, since they may call others.
  const isNew = !word.startsWith(replacing);
  const list = (head.arguments ?? []).map(({ default: value, ...argument }) =>
    isNew || value === undefined ? argument : { ...argument, default: value },
  );
  const payload = { ...head, ...(list.length === 0 ? {} : { arguments: list }), body };
  const types = fact.references.filter((id) => typeKinds.has(side.get(id)?.kind ?? ""));
  return {
    preliminary: () => ({
      statements: [`CREATE ${word} ${routineText(fact, payload)}`],
      needs: [...(fact.parent === undefined ? [] : [fact.parent]), ...types],
      replacing: [`CREATE OR REPLACE ${word} ${routineText(fact, fact.payload)}`],
    }),
  };
}

const typeKinds: ReadonlySet<string> = new Set([
  ...["base_type", "composite", "domain", "enum", "range", "table", "foreign_table"],
]);

/** Undefined where the result's type is known only at a call. */
function emptyBody({ arguments: list = [], returns }: FunctionPayload): string | undefined {
  const results = list.filter(({ mode }) => mode === "out" || mode === "inout" || mode === "table");
  const types = results.map(({ type }) => type);
  if (types.length === 0 && returns !== undefined && returns !== "void") {
    types.push(returns.replace(/^SETOF /, ""));
  }
  if (types.some((type) => /^any|^record$/.test(type))) return undefined;
  return `SELECT ${types.map((type) => `NULL::${type}`).join(", ")}`.trimEnd();
}

/**
 * Whether the caller calls another of the same name afterwards that is made in this plan: with both there, a call may fit
 * both, so that the caller goes before and comes back when one is left.
 */
function isSwapped(
  { name }: { readonly name: FactName },
  caller: { readonly id: FactId },
  planning: Planning,
): boolean {
  const { references = [] } = planning.to.get(caller.id) ?? {};
  return references.some((id) => {
    const called = planning.to.find("function", id) ?? planning.to.find("procedure", id);
    const isNamesake = called?.name.schema === name.schema && called?.name.name === name.name;
    return isNamesake && isCreated(planning, id);
  });
}

/** Whether the routine is a part of the type: made while the type is a shell, gone with it. */
function isSupportOf(fact: { readonly id: string }, type: string, side: Side): boolean {
  const found = side.find("base_type", type) ?? side.find("range", type);
  return found?.references.includes(fact.id) === true;
}

function alterRoutine(change: Change<RoutineKind>, word: string): Alteration {
  const { from, to, attributes } = change;
  const isOwnerOnly = attributes.size === 1 && attributes.has("owner");
  if (isOwnerOnly) return alterBy();
  const isSame =
    from.payload.returns === to.payload.returns &&
    from.payload.window === to.payload.window &&
    keepsArguments(from.payload.arguments ?? [], to.payload.arguments ?? []);
  if (!isSame) return replace;
  const draft: ActionDraft = {
    verb: "alter",
    statements: [`CREATE OR REPLACE ${word} ${routineText(to, to.payload)}`],
  };
  return alterBy(draft);
}

/** A default may come but not go; names, modes and types stay. A nameless argument may get a name. */
function keepsArguments(before: readonly Argument[], after: readonly Argument[]): boolean {
  if (before.length !== after.length) return false;
  return before.every((argument, position) => {
    const { default: value, name, ...shape } = argument;
    const { default: newValue, name: newName, ...newShape } = after[position] ?? { type: "" };
    const keepsDefault = value === undefined || newValue !== undefined;
    const keepsName = name === undefined ? argument.mode === undefined : name === newName;
    return keepsDefault && (keepsName || name === newName) && sameValue(shape, newShape);
  });
}

export const functionRule: Rule<"function"> = routineRule("function", "FUNCTION");
export const procedureRule: Rule<"procedure"> = routineRule("procedure", "PROCEDURE");

export const aggregateRule: Rule<"aggregate"> = {
  kind: "aggregate",
  names: (fact) => [`routine ${routineName(fact)}`],
  create: (fact) => [
    { verb: "create", statements: [`CREATE AGGREGATE ${aggregateText(fact, fact.payload)}`] },
  ],
  drop: (fact) => [{ verb: "drop", statements: [`DROP AGGREGATE ${aggregateName(fact)}`] }],
  alter: (change) => {
    const { owner: _before, ...before } = change.from.payload;
    const { owner: _after, ...after } = change.to.payload;
    if (sameValue(before, after)) return alterBy();
    const isSame =
      before.returns === after.returns &&
      before.form === after.form &&
      before.directArguments === after.directArguments &&
      keepsArguments(before.arguments ?? [], after.arguments ?? []);
    if (!isSame || before.stateType !== after.stateType) return replace;
    const statement = `CREATE OR REPLACE AGGREGATE ${aggregateText(change.to, after)}`;
    return alterBy({ verb: "alter", statements: [statement] });
  },
};

/** With the signature that commands on aggregates take: `public.total(integer)`, `public.any(*)`. */
export function aggregateName(fact: FactOf<"aggregate">): string {
  const list = (fact.payload.arguments ?? []).map(
    ({ name: _name, default: _default, ...rest }) => rest,
  );
  return `${ownName(fact)}(${aggregateArguments({ ...fact.payload, arguments: list })})`;
}
