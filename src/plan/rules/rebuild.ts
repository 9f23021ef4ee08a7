/**
 * A table that is made again with its rows: the old one and its identity sequences make way under other names, the new
 * one gets the rows and goes on at the same numbers, then the old one goes. All of it is one transaction, in which the
 * old table is locked from the first step on.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { ActionDraft } from "../actions.ts";
import { rowsOf } from "../keys.ts";
import type { Planning } from "../planning.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { freeAsideName } from "./aside.ts";

type Table = FactOf<"table">;

export function dropRebuilt(fact: Table, planning: Planning): readonly ActionDraft[] {
  const old = asideTable(fact, planning);
  const renames = identities(fact, planning).map(
    (sequence) =>
      `ALTER SEQUENCE ${qualified(sequence)} RENAME TO ${quoted(asideSequence(sequence, planning))}`,
  );
  const forced =
    fact.payload.forceRowSecurity === true
      ? [`ALTER TABLE ${ownName(fact)} NO FORCE ROW LEVEL SECURITY`]
      : [];
  return [
    {
      verb: "rename",
      key: `aside ${fact.id}`,
      statements: [
        ...forced,
        ...renames,
        `ALTER TABLE ${ownName(fact)} RENAME TO ${quoted(old.name)}`,
      ],
      takes: [],
      frees: [],
      disturbs: [fact.id],
      releases: [`fact ${fact.id}`, `relation ${ownName(fact)}`, `type ${ownName(fact)}`],
    },
    {
      verb: "drop",
      statements: [`DROP TABLE ${qualified(old)}`],
      needs: [rowsOf(fact.id)],
      releases: [],
    },
  ];
}

export function fillRebuilt(fact: Table, planning: Planning): ActionDraft {
  const columns = planning.to
    .childrenOf("column", fact.id)
    .filter(({ payload }) => payload.generated === undefined)
    .toSorted((left, right) => left.payload.position - right.payload.position)
    .map(({ name }) => quoted(name.name))
    .join(", ");
  const old = qualified(asideTable(fact, planning));
  const overriding = identities(fact, planning).length > 0 ? " OVERRIDING SYSTEM VALUE" : "";
  const insert =
    columns === ""
      ? `INSERT INTO ${ownName(fact)} SELECT FROM ONLY ${old}`
      : `INSERT INTO ${ownName(fact)} (${columns})${overriding} SELECT ${columns} FROM ONLY ${old}`;
  const numbers = identities(fact, planning).map((sequence) => {
    const before = { ...sequence, name: asideSequence(sequence, planning) };
    return `SELECT pg_catalog.setval(${quoteLiteral(qualified(sequence))}, last_value, is_called) FROM ${qualified(before)}`;
  });
  // Who may not see all rows gets an error, not the rest.
  const guard =
    fact.payload.rowSecurity === true
      ? ["SET LOCAL row_security = off", insert, "SET LOCAL row_security = on"]
      : [insert];
  return {
    verb: "alter",
    key: `fill ${fact.id}`,
    statements: [...guard, ...numbers],
    makes: [rowsOf(fact.id)],
    needs: [fact.id, `aside ${fact.id}`],
    claims: [],
    loss: "rewrites",
  };
}

function asideTable(fact: Table, planning: Planning): QualifiedName {
  const schema = fact.name.schema ?? "public";
  return { schema, name: freeAsideName({ schema, name: fact.name.name }, planning) };
}

function asideSequence(sequence: QualifiedName, planning: Planning): string {
  return freeAsideName(sequence, planning);
}

function identities(fact: Table, planning: Planning): readonly QualifiedName[] {
  return planning.to.childrenOf("column", fact.id).flatMap(({ payload }) => {
    const sequence = payload.identity?.sequence;
    return sequence === undefined ? [] : [{ schema: sequence.schema, name: sequence.name }];
  });
}
