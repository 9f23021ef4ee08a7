/** Rewrite rules: pg_rewrite. A view's own rule stands for the view. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { defined, enableState } from "./attributes.ts";
import { family, inSchemas, type Family } from "./family.ts";

interface RuleRow {
  readonly oid: number;
  readonly rulename: string;
  readonly ev_class: number;
  readonly ev_enabled: string;
  readonly of_view: boolean;
  readonly definition: string | null;
}

export const rules: Family = family<RuleRow>({
  name: "pg_rewrite",
  query: (server) => `
    select r.oid, r.rulename, r.ev_class, r.ev_enabled, r.rulename = '_RETURN' as of_view,
      case when r.rulename <> '_RETURN' then pg_get_ruledef(r.oid) end as definition
    from pg_rewrite r
    join pg_class c on c.oid = r.ev_class
    where ${inSchemas("c.relnamespace", server)}`,
  add: (row, build) => {
    const relation = build.relations.get(row.ev_class);
    if (relation === undefined) return;
    if (row.of_view) {
      build.address("pg_rewrite", row.oid, relation.id);
      return;
    }
    build.add({
      kind: "rule",
      name: { schema: relation.name.schema, relation: relation.name.name, name: row.rulename },
      parent: relation.id,
      address: ["pg_rewrite", row.oid],
      payload: defined<PayloadOf["rule"]>({
        definition: row.definition ?? "",
        enabled: enableState(row.ev_enabled),
      }),
    });
  },
});
