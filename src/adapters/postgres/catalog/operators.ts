/** Operators: pg_operator. A shell is one that was only named as another's commutator or negator. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined, flag } from "./attributes.ts";
import { family, inSchemas, operatorName, procedureName, type Family } from "./family.ts";

interface OperatorRow {
  readonly oid: number;
  readonly oprname: string;
  readonly oprnamespace: number;
  readonly oprowner: number;
  readonly left: string | null;
  readonly right: string | null;
  readonly function: QualifiedName | null;
  readonly commutator: QualifiedName | null;
  readonly negator: QualifiedName | null;
  readonly restrict: QualifiedName | null;
  readonly join: QualifiedName | null;
  readonly oprcanhash: boolean;
  readonly oprcanmerge: boolean;
}

export const operators: Family = family<OperatorRow>({
  name: "pg_operator",
  query: (server) => `
    select p.oid, p.oprname, p.oprnamespace, p.oprowner,
      case when p.oprleft <> 0 then format_type(p.oprleft, null) end as left,
      case when p.oprright <> 0 then format_type(p.oprright, null) end as right,
      ${procedureName("p.oprcode")} as function, ${operatorName("p.oprcom")} as commutator,
      ${operatorName("p.oprnegate")} as negator, ${procedureName("p.oprrest")} as restrict,
      ${procedureName("p.oprjoin")} as join, p.oprcanhash, p.oprcanmerge
    from pg_operator p
    where ${inSchemas("p.oprnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_operator", row.oid)) return;
    const schema = build.schema(row.oprnamespace);
    build.add({
      kind: "operator",
      name: {
        schema: schema.name,
        name: row.oprname,
        arguments: [row.left ?? "NONE", row.right ?? "NONE"],
      },
      parent: schema.parent,
      address: ["pg_operator", row.oid],
      payload: defined<PayloadOf["operator"]>({
        owner: build.owner(row.oprowner),
        left: row.left,
        right: row.right,
        function: row.function,
        commutator: row.commutator,
        negator: row.negator,
        restrict: row.restrict,
        join: row.join,
        hashes: flag(row.oprcanhash),
        merges: flag(row.oprcanmerge),
      }),
    });
  },
});
