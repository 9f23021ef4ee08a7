/** Rewrite rules: pg_rewrite. A view's own rule stands for the view, and may have a comment of its own. */
import { factId } from "../../../catalog/id.ts";
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
    const { schema, name: of } = relation.name;
    const name = { schema, relation: of, name: row.rulename };
    if (row.of_view) {
      const subject = { kind: "rule" as const, id: factId("rule", name) };
      build.address("pg_rewrite", row.oid, relation.id, subject);
      return;
    }
    build.add({
      kind: "rule",
      name,
      parent: relation.id,
      address: ["pg_rewrite", row.oid],
      payload: defined<PayloadOf["rule"]>({
        definition: row.definition ?? "",
        enabled: enableState(row.ev_enabled),
      }),
    });
  },
});
