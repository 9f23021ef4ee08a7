/**
 * Views. A query that only adds columns at the end, or keeps them all, is replaced in place; columns that only change
 * their names are renamed first. Everything else is a new view, and what stands on it comes back after.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { ActionDraft, Preliminary } from "../actions.ts";
import type { Planning } from "../planning.ts";
import { alterBy, replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import {
  changedParameters,
  parameterClauses,
  storageParameters,
  withClause,
} from "../text/options.ts";
import type { Side } from "../side.ts";
import { stable } from "../text/expressions.ts";

export const viewRule: Rule<"view"> = {
  kind: "view",
  names: (fact) => [`relation ${ownName(fact)}`, `type ${ownName(fact)}`],
  create: (fact, planning) => {
    if (readsItself(fact, planning.to)) return [createCircular(fact, planning)];
    const create = createView(fact, planning, "CREATE VIEW");
    return [{ ...create, preliminary: () => firstForm(fact, planning) }];
  },
  drop: (fact, { from }) => [
    {
      verb: "drop",
      statements: [`DROP VIEW ${ownName(fact)}`],
      preliminary: () => ({
        statements: [emptyView("CREATE OR REPLACE VIEW", fact, columnsOf(fact.id, from))],
        ...{ needs: [], replacing: [] },
      }),
    },
  ],
  alter: alterView,
  isFragile: () => true,
};

function createView(fact: FactOf<"view">, planning: Planning, verb: string): ActionDraft {
  const columns = planning.to.childrenOf("column", fact.id);
  const options = withClause(storageParameters(fact.payload.options));
  return {
    verb: "create",
    statements: [`${verb} ${ownName(fact)}${options} AS\n${stable(fact.payload.query)}`],
    makes: [fact.id, ...columns.map(({ id }) => id)],
  };
}

/** Whether it was replaced by a query of its own rows, which says nothing and can be written down. */
function readsItself(fact: FactOf<"view">, side: Side): boolean {
  const own = new Set([fact.id, ...side.childrenOf("column", fact.id).map(({ id }) => id)]);
  return fact.references.some((id) => own.has(id));
}

/** It has to be there before its query can be. */
function createCircular(fact: FactOf<"view">, planning: Planning): ActionDraft {
  const create = createView(fact, planning, "CREATE OR REPLACE VIEW");
  const columns = columnsOf(fact.id, planning.to);
  const first = emptyView("CREATE VIEW", fact, columns);
  return { ...create, statements: [first, ...(create.statements ?? [])] };
}

/** The same columns, of no rows that mean anything. */
function firstForm(fact: FactOf<"view">, planning: Planning): Preliminary {
  const columns = columnsOf(fact.id, planning.to);
  const own = fact.parent === undefined ? [] : [fact.parent];
  return {
    statements: [emptyView("CREATE VIEW", fact, columns)],
    needs: [...own, ...columns.flatMap(({ references }) => references)],
    replacing: createView(fact, planning, "CREATE OR REPLACE VIEW").statements,
  };
}

function emptyView(verb: string, fact: FactOf<"view">, columns: Columns): string {
  const list = columns.map(({ name, payload }) => {
    const collation =
      payload.collation === undefined ? "" : ` COLLATE ${qualified(payload.collation)}`;
    return `\n    NULL::${payload.type}${collation} AS ${quoted(name.name)}`;
  });
  return `${verb} ${ownName(fact)} AS\nSELECT${list.join(",")}`;
}

function alterView(change: Change<"view">, planning: Planning): Alteration {
  const { from, to, attributes } = change;
  if (!attributes.has("query")) {
    const clauses = parameterClauses(changedParameters(from.payload.options, to.payload.options));
    const statements = clauses.map((clause) => `ALTER VIEW ${ownName(to)} ${clause}`);
    return statements.length === 0 ? alterBy() : alterBy({ verb: "alter", statements });
  }
  const before = columnsOf(from.id, planning.from);
  const after = columnsOf(to.id, planning.to);
  if (!isExtension(before, after)) return replace;
  const renames = before.flatMap((column, position) => {
    const name = after[position]?.name.name ?? column.name.name;
    if (name === column.name.name) return [];
    const clause = `RENAME COLUMN ${quoted(column.name.name)} TO ${quoted(name)}`;
    return [`ALTER VIEW ${ownName(to)} ${clause}`];
  });
  const create = createView(to, planning, "CREATE OR REPLACE VIEW");
  const first = readsItself(to, planning.to)
    ? [emptyView("CREATE OR REPLACE VIEW", to, after)]
    : [];
  const statements = [...renames, ...first, ...(create.statements ?? [])];
  const preliminary = (): Preliminary => ({
    statements: [...renames, emptyView("CREATE OR REPLACE VIEW", to, after)],
    needs: after.flatMap(({ references }) => references),
    replacing: create.statements ?? [],
  });
  return alterBy({ ...create, verb: "alter", statements, preliminary });
}

type Columns = readonly FactOf<"column">[];

function columnsOf(view: string, side: Side): Columns {
  return side
    .childrenOf("column", view)
    .toSorted((left, right) => left.payload.position - right.payload.position);
}

/** Whether CREATE OR REPLACE VIEW takes it: the same types in the same places, and perhaps more at the end. */
function isExtension(before: Columns, after: Columns): boolean {
  if (after.length < before.length) return false;
  const names = new Set(before.map(({ name }) => name.name));
  return before.every((column, position) => {
    const other = after[position];
    if (other === undefined || column.payload.type !== other.payload.type) return false;
    const isSame = column.name.name === other.name.name;
    const collations = [column.payload.collation, other.payload.collation];
    return (
      (isSame || !names.has(other.name.name)) &&
      JSON.stringify(collations[0]) === JSON.stringify(collations[1])
    );
  });
}
