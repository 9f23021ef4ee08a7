/** Materialized views. A changed query is a new view: its rows are computed again, its indexes come back. */
import type { FactOf } from "../../catalog/fact.ts";
import type { ActionDraft } from "../actions.ts";
import { alterBy, replace, type Rule } from "../rule.ts";
import { ownName, quoted } from "../text/names.ts";
import {
  changedParameters,
  parameterClauses,
  storageParameters,
  withClause,
} from "../text/options.ts";
import { settingsInView } from "./column_settings.ts";
import { holdsChangedRows } from "./row_types.ts";
import { identityClause, indexIds, hasSetAccessMethod } from "./table_alter.ts";
import { stable } from "../text/expressions.ts";

export const materializedViewRule: Rule<"materialized_view"> = {
  kind: "materialized_view",
  names: (fact) => [`relation ${ownName(fact)}`, `type ${ownName(fact)}`],
  create: (fact, planning) => {
    const { payload } = fact;
    const columns = planning.to.childrenOf("column", fact.id);
    const parameters = [
      ...storageParameters(payload.options),
      ...storageParameters(payload.toastOptions, "toast."),
    ];
    const method =
      payload.accessMethod === undefined ? "" : ` USING ${quoted(payload.accessMethod)}`;
    const space =
      payload.tablespace === undefined ? "" : ` TABLESPACE ${quoted(payload.tablespace)}`;
    const data = payload.populated === false ? "\nWITH NO DATA" : "";
    const head = `CREATE MATERIALIZED VIEW ${ownName(fact)}${method}${withClause(parameters)}${space}`;
    const create: ActionDraft = {
      verb: "create",
      statements: [
        `${head} AS\n${stable(payload.query)}${data}`,
        ...columns.flatMap((column) => settingsInView(column)),
      ],
      makes: [fact.id, ...columns.map(({ id }) => id)],
    };
    const identity = payload.replicaIdentity === undefined ? [] : [identityOf(fact)];
    const clustered = payload.clusterOn === undefined ? [] : [cluster(fact, payload.clusterOn)];
    return [create, ...identity, ...clustered];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP MATERIALIZED VIEW ${ownName(fact)}`] }],
  alter: ({ from, to, attributes }, planning) => {
    const { major } = planning;
    if (holdsChangedRows(from.id, planning)) return replace;
    if (attributes.has("query")) return replace;
    if (attributes.has("accessMethod") && !hasSetAccessMethod(major)) return replace;
    const clauses = parameterClauses(
      changedParameters(from.payload.options, to.payload.options),
      changedParameters(from.payload.toastOptions, to.payload.toastOptions, "toast."),
    ).map((clause) => `ALTER MATERIALIZED VIEW ${ownName(to)} ${clause}`);
    if (attributes.has("accessMethod")) {
      clauses.push(
        `ALTER MATERIALIZED VIEW ${ownName(to)} SET ACCESS METHOD ${quoted(to.payload.accessMethod ?? "heap")}`,
      );
    }
    if (attributes.has("tablespace")) {
      clauses.push(
        `ALTER MATERIALIZED VIEW ${ownName(to)} SET TABLESPACE ${quoted(to.payload.tablespace ?? "pg_default")}`,
      );
    }
    if (attributes.has("populated")) {
      const data = to.payload.populated === false ? " WITH NO DATA" : "";
      clauses.push(`REFRESH MATERIALIZED VIEW ${ownName(to)}${data}`);
    }
    const altered: readonly ActionDraft[] = clauses.map((statement, position) => ({
      verb: "alter",
      key: `alter ${to.id} ${position}`,
      statements: [statement],
    }));
    const identity = attributes.has("replicaIdentity") ? [identityOf(to)] : [];
    const clustered = attributes.has("clusterOn") ? [cluster(to, to.payload.clusterOn)] : [];
    return alterBy(...altered, ...identity, ...clustered);
  },
  isFragile: () => true,
};

/** Only ALTER TABLE has the clause, and it takes a materialized view. */
function identityOf(fact: FactOf<"materialized_view">): ActionDraft {
  const { clause, needs } = identityClause(fact, fact.payload.replicaIdentity);
  return {
    verb: "alter",
    key: `alter ${fact.id} replica identity`,
    statements: [`ALTER TABLE ${ownName(fact)} ${clause}`],
    makes: [],
    needs: [fact.id, ...needs],
    claims: [],
  };
}

function cluster(
  fact: { readonly id: string; readonly name: { readonly schema?: string; readonly name: string } },
  index: string | undefined,
): ActionDraft {
  const view = ownName({ kind: "materialized_view", name: fact.name });
  const clause = index === undefined ? "SET WITHOUT CLUSTER" : `CLUSTER ON ${quoted(index)}`;
  return {
    verb: "alter",
    key: `alter ${fact.id} cluster`,
    statements: [`ALTER MATERIALIZED VIEW ${view} ${clause}`],
    makes: [],
    needs: [fact.id, ...(index === undefined ? [] : indexIds(fact, index))],
    claims: [],
  };
}
