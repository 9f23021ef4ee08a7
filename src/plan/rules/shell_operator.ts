/**
 * Operators that are named and not defined: as the commutator or negator of another. One comes with the operator that
 * names it, and stays when that goes. No statement makes one that nothing names: another operator, which goes at once,
 * has to name it.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { factId } from "../../catalog/id.ts";
import type { OperatorPayload } from "../../catalog/payloads/code.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, type Planning } from "../planning.ts";
import { operatorName, operatorReference, qualified } from "../text/names.ts";

type Operator = FactOf<"operator">;

export function isShell({ payload }: Operator): boolean {
  return payload.function === undefined;
}

export function createShell(fact: Operator, planning: Planning): ActionDraft {
  const namers = namedBy(fact, planning);
  const needs = [...(fact.parent === undefined ? [] : [fact.parent]), ...fact.references];
  if (namers.length === 0) return { verb: "create", statements: named(fact, planning), needs };
  return { verb: "create", statements: [], needs: namers };
}

/** The new operators that name it as their commutator or negator, whose operands may be the other way round. */
function namedBy(shell: Operator, planning: Planning): readonly string[] {
  const { schema = "public", name } = shell.name;
  const isNamed = (other: QualifiedName | undefined): boolean =>
    other?.schema === schema && other.name === name;
  return planning.to
    .ofKind("operator")
    .filter((other) => !isShell(other) && isCreated(planning, other.id))
    .filter(({ payload }) => isNamed(payload.commutator) || isNamed(payload.negator))
    .filter(({ payload: { left, right } }) => sameOperands([left, right], shell.payload))
    .map(({ id }) => id);
}

function sameOperands(
  [one = "", other = ""]: readonly [string | undefined, string | undefined],
  { left = "", right = "" }: OperatorPayload,
): boolean {
  return (one === left && other === right) || (one === right && other === left);
}

/** As the negator of one that is there for that alone. */
function named(fact: Operator, planning: Planning): readonly string[] {
  const { schema = "public", name } = fact.name;
  const { left, right } = fact.payload;
  const types = [left, right].filter((type) => type !== undefined).join(", ");
  const routine = `${qualified({ schema, name: "lockstep negated" })}(${types})`;
  const helper = operatorName({ schema, name: freeSymbol(fact, planning) });
  const operands = [
    ...(left === undefined ? [] : [`LEFTARG = ${left}`]),
    ...(right === undefined ? [] : [`RIGHTARG = ${right}`]),
  ];
  const options = [
    `FUNCTION = ${qualified({ schema, name: "lockstep negated" })}`,
    ...operands,
    `NEGATOR = ${operatorReference({ schema, name })}`,
  ];
  return [
    `CREATE FUNCTION ${routine} RETURNS boolean LANGUAGE sql AS 'SELECT NULL::boolean'`,
    `CREATE OPERATOR ${helper} (${options.join(", ")})`,
    `DROP OPERATOR ${helper} (${left ?? "NONE"}, ${right ?? "NONE"})`,
    `DROP FUNCTION ${routine}`,
  ];
}

/** What no operator of the same operands is called. */
function freeSymbol(
  { name: { schema, arguments: operands } }: Operator,
  { from, to }: Planning,
): string {
  for (let symbol = "@#@"; ; symbol += "#@") {
    const id = factId("operator", {
      ...(schema === undefined ? {} : { schema }),
      name: symbol,
      ...(operands === undefined ? {} : { arguments: operands }),
    });
    if (from.get(id) === undefined && to.get(id) === undefined) return symbol;
  }
}
