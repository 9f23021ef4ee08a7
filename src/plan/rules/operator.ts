/** Operators, their classes and families, casts and transforms. */
import type { FactOf } from "../../catalog/fact.ts";
import type {
  OperatorMember,
  OperatorPayload,
  SupportMember,
} from "../../catalog/payloads/code.ts";
import { sameValue } from "../../catalog/compare.ts";
import type { ActionDraft } from "../actions.ts";
import { alterBy, replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { operatorName, operatorReference, ownName, qualified, quoted } from "../text/names.ts";
import { qualifiedUnlessBuiltIn } from "../text/index_shape.ts";
import { operatorIdentity } from "../text/subject.ts";
import { createShell, isShell } from "./shell_operator.ts";
import { onlyOwner } from "./types.ts";

export const operatorRule: Rule<"operator"> = {
  kind: "operator",
  create: (fact, planning) => {
    const { payload } = fact;
    if (payload.function === undefined) return [createShell(fact, planning)];
    const options = [`FUNCTION = ${qualifiedUnlessBuiltIn(payload.function)}`];
    if (payload.left !== undefined) options.push(`LEFTARG = ${payload.left}`);
    if (payload.right !== undefined) options.push(`RIGHTARG = ${payload.right}`);
    options.push(...relations(payload));
    const name = operatorName({ schema: fact.name.schema ?? "public", name: fact.name.name });
    return [{ verb: "create", statements: [`CREATE OPERATOR ${name} (${options.join(", ")})`] }];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP OPERATOR ${operatorIdentity(fact)}`] }],
  alter: ({ from, to, attributes }) => {
    // What names it comes and goes with the operators that do.
    if (isShell(from) && isShell(to)) return alterBy();
    const isSelectivity = [...attributes].every((name) =>
      ["restrict", "join", "owner"].includes(name),
    );
    if (!isSelectivity) return replace;
    const options: string[] = [];
    for (const name of ["restrict", "join"] as const) {
      if (sameValue(from.payload[name], to.payload[name])) continue;
      const estimator = to.payload[name];
      options.push(
        `${name.toUpperCase()} = ${estimator === undefined ? "NONE" : qualifiedUnlessBuiltIn(estimator)}`,
      );
    }
    if (options.length === 0) return alterBy();
    return alterBy({
      verb: "alter",
      statements: [`ALTER OPERATOR ${operatorIdentity(to)} SET (${options.join(", ")})`],
    });
  },
};

function relations(payload: OperatorPayload): readonly string[] {
  const options: string[] = [];
  if (payload.commutator !== undefined)
    options.push(`COMMUTATOR = ${operatorReference(payload.commutator)}`);
  if (payload.negator !== undefined)
    options.push(`NEGATOR = ${operatorReference(payload.negator)}`);
  if (payload.restrict !== undefined)
    options.push(`RESTRICT = ${qualifiedUnlessBuiltIn(payload.restrict)}`);
  if (payload.join !== undefined) options.push(`JOIN = ${qualifiedUnlessBuiltIn(payload.join)}`);
  if (payload.hashes === true) options.push("HASHES");
  if (payload.merges === true) options.push("MERGES");
  return options;
}

export const operatorFamilyRule: Rule<"operator_family"> = {
  kind: "operator_family",
  create: (fact) => {
    const { operators, functions } = fact.payload;
    const using = `${ownName(fact)} USING ${quoted(fact.payload.method)}`;
    const members = [...(operators ?? []).map(memberText), ...(functions ?? []).map(supportText)];
    const create: ActionDraft = {
      verb: "create",
      statements: [`CREATE OPERATOR FAMILY ${using}`],
      needs: fact.parent === undefined ? [] : [fact.parent],
    };
    if (members.length === 0) return [create];
    const add: ActionDraft = {
      verb: "alter",
      key: `fill ${fact.id}`,
      statements: [`ALTER OPERATOR FAMILY ${using} ADD\n    ${members.join(",\n    ")}`],
      makes: [`members ${fact.id}`],
      needs: [fact.id, ...fact.references],
      claims: [],
    };
    return [create, add];
  },
  drop: (fact) => [
    {
      verb: "drop",
      statements: [`DROP OPERATOR FAMILY ${ownName(fact)} USING ${quoted(fact.payload.method)}`],
    },
  ],
  alter: alterFamily,
};

function alterFamily({ from, to, attributes }: Change<"operator_family">): Alteration {
  if (attributes.has("method")) return replace;
  const family = `ALTER OPERATOR FAMILY ${ownName(to)} USING ${quoted(to.payload.method)}`;
  const gone = [
    ...missing(from.payload.operators, to.payload.operators).map(
      (member) => `OPERATOR ${member.strategy} (${member.left}, ${member.right})`,
    ),
    ...missing(from.payload.functions, to.payload.functions).map(
      (member) => `FUNCTION ${member.number} (${member.left}, ${member.right})`,
    ),
  ];
  const added = [
    ...missing(to.payload.operators, from.payload.operators).map(memberText),
    ...missing(to.payload.functions, from.payload.functions).map(supportText),
  ];
  const statements: string[] = [];
  if (gone.length > 0) statements.push(`${family} DROP ${gone.join(", ")}`);
  if (added.length > 0) statements.push(`${family} ADD ${added.join(", ")}`);
  return alterBy({ verb: "alter", statements });
}

/** Members of one list that the other does not have. */
function missing<T extends OperatorMember | SupportMember>(
  list: readonly T[] | undefined,
  other: readonly T[] | undefined,
): readonly T[] {
  return (list ?? []).filter((member) => !(other ?? []).some((each) => sameValue(each, member)));
}

function memberText(member: OperatorMember): string {
  const sort = member.orderBy === undefined ? "" : ` FOR ORDER BY ${qualified(member.orderBy)}`;
  return `OPERATOR ${member.strategy} ${operatorName(member.operator)} (${member.left}, ${member.right})${sort}`;
}

function supportText(member: SupportMember): string {
  return `FUNCTION ${member.number} (${member.left}, ${member.right}) ${member.function}`;
}

export const operatorClassRule: Rule<"operator_class"> = {
  kind: "operator_class",
  create: (fact) => {
    const { payload } = fact;
    const members = [
      ...(payload.operators ?? []).map(memberText),
      ...(payload.functions ?? []).map(supportText),
      ...(payload.storage === undefined ? [] : [`STORAGE ${payload.storage}`]),
    ];
    const list = members.length === 0 ? [`STORAGE ${payload.type}`] : members;
    const usual = payload.default === true ? " DEFAULT" : "";
    const head = `CREATE OPERATOR CLASS ${ownName(fact)}${usual} FOR TYPE ${payload.type}`;
    const family = `USING ${quoted(payload.method)} FAMILY ${qualified(payload.family)}`;
    return [{ verb: "create", statements: [`${head} ${family} AS\n    ${list.join(",\n    ")}`] }];
  },
  drop: (fact) => [
    {
      verb: "drop",
      statements: [`DROP OPERATOR CLASS ${ownName(fact)} USING ${quoted(fact.payload.method)}`],
    },
  ],
  alter: ({ attributes }) => (onlyOwner(attributes) ? alterBy() : replace),
};

export const castRule: Rule<"cast"> = {
  kind: "cast",
  create: (fact) => {
    const { payload } = fact;
    const method =
      payload.method === "function"
        ? `WITH FUNCTION ${payload.function ?? ""}`
        : payload.method === "inout"
          ? "WITH INOUT"
          : "WITHOUT FUNCTION";
    const context = payload.context === undefined ? "" : ` AS ${payload.context.toUpperCase()}`;
    return [{ verb: "create", statements: [`CREATE CAST ${castName(fact)} ${method}${context}`] }];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP CAST ${castName(fact)}`] }],
};

function castName(fact: FactOf<"cast">): string {
  return `(${fact.payload.source} AS ${fact.payload.target})`;
}

export const transformRule: Rule<"transform"> = {
  kind: "transform",
  create: (fact) => {
    const { fromSql, toSql } = fact.payload;
    const parts: string[] = [];
    if (fromSql !== undefined) parts.push(`FROM SQL WITH FUNCTION ${fromSql}`);
    if (toSql !== undefined) parts.push(`TO SQL WITH FUNCTION ${toSql}`);
    return [
      {
        verb: "create",
        statements: [`CREATE TRANSFORM ${transformName(fact)} (${parts.join(", ")})`],
      },
    ];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP TRANSFORM ${transformName(fact)}`] }],
};

function transformName(fact: FactOf<"transform">): string {
  return `FOR ${fact.payload.type} LANGUAGE ${quoted(fact.payload.language)}`;
}
