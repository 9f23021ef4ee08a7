/** Comments and security labels: they come and go with what they are on, and change by being said again. */
import type { FactOf } from "../../catalog/fact.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { ActionDraft } from "../actions.ts";
import { isDropped, type Planning } from "../planning.ts";
import { alterBy, type Companion, type Rule } from "../rule.ts";
import { notNullOf } from "../keys.ts";
import type { Side } from "../side.ts";
import { quoted } from "../text/names.ts";
import { subjectText } from "../text/subject.ts";
import { counterparts } from "./parents.ts";

export const commentRule: Rule<"comment"> = {
  kind: "comment",
  create: (fact, planning) => {
    const notNulls = notNullsOf(fact, planning.to);
    return [
      {
        verb: "create",
        statements: [commentOn(fact, planning.to)],
        ...(notNulls.length === 0 ? {} : { needs: notNulls }),
      },
    ];
  },
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: [uncomment(fact, planning.from)],
    },
  ],
  alter: ({ to }, planning) => alterBy({ verb: "alter", statements: [commentOn(to, planning.to)] }),
  dropsWith: goesWithParent,
};

export function commentOn(fact: FactOf<"comment">, side: Side): string {
  const { on, text } = fact.payload;
  const value = text === "" ? "NULL" : quoteLiteral(text);
  return `COMMENT ON ${subjectText(on, fact.parent, side)} IS ${value}`;
}

/** A NOT NULL that is not valid comes after its table, and to those below from there. */
function notNullsOf({ payload, parent }: FactOf<"comment">, side: Side): readonly string[] {
  const column = payload.on.kind === "constraint" ? side.find("column", parent) : undefined;
  return column === undefined ? [] : [column.id, ...withAbove(column, side).map(notNullOf)];
}

function withAbove(column: FactOf<"column">, side: Side): readonly FactOf<"column">[] {
  const above = counterparts(side, column).flatMap((fact) =>
    fact.kind === "column" ? withAbove(fact, side) : [],
  );
  return [column, ...above];
}

/** An extension without a comment of its own has the one that its files say, which the server knows. */
function uncomment(fact: FactOf<"comment">, side: Side): string {
  const { on } = fact.payload;
  const subject = subjectText(on, fact.parent, side);
  if (on.id === "schema:public") return `COMMENT ON ${subject} IS 'standard public schema'`;
  if (on.kind !== "extension") return `COMMENT ON ${subject} IS NULL`;
  const name = quoteLiteral(side.get(on.id)?.name.name ?? "");
  const usual = `(SELECT comment FROM pg_catalog.pg_available_extensions WHERE name = ${name})`;
  const statement = quoteLiteral(`COMMENT ON ${subject} IS %L`);
  return `DO ${quoteLiteral(`BEGIN EXECUTE pg_catalog.format(${statement}, ${usual}); END`)}`;
}

export function goesWithParent(
  fact: { readonly parent: string | undefined },
  planning: Planning,
): Companion | undefined {
  return fact.parent !== undefined && isDropped(planning, fact.parent)
    ? { id: fact.parent, always: true }
    : undefined;
}

export const securityLabelRule: Rule<"security_label"> = {
  kind: "security_label",
  create: (fact, planning) => [label(fact, planning, quoteLiteral(fact.payload.label))],
  drop: (fact, planning) => [{ ...label(fact, planning, "NULL"), verb: "drop" }],
  alter: ({ to }, planning) =>
    alterBy({ ...label(to, planning, quoteLiteral(to.payload.label)), verb: "alter" }),
  dropsWith: goesWithParent,
};

function label(fact: FactOf<"security_label">, planning: Planning, value: string): ActionDraft {
  const { on, provider } = fact.payload;
  const side = planning.to.get(fact.id) === undefined ? planning.from : planning.to;
  const subject = subjectText(on, fact.parent, side);
  return {
    verb: "create",
    statements: [`SECURITY LABEL FOR ${quoted(provider)} ON ${subject} IS ${value}`],
  };
}

export const extensionDependencyRule: Rule<"extension_dependency"> = {
  kind: "extension_dependency",
  create: (fact, planning) => {
    const { on, extension } = fact.payload;
    const subject = subjectText(on, fact.parent, planning.to);
    return [
      {
        verb: "create",
        statements: [`ALTER ${subject} DEPENDS ON EXTENSION ${quoted(extension)}`],
      },
    ];
  },
  drop: (fact, planning) => {
    const { on, extension } = fact.payload;
    const subject = subjectText(on, fact.parent, planning.from);
    return [
      {
        verb: "drop",
        statements: [`ALTER ${subject} NO DEPENDS ON EXTENSION ${quoted(extension)}`],
      },
    ];
  },
  dropsWith: goesWithParent,
};
