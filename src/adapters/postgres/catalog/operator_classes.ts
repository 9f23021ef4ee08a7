/** Operator classes and families with their members: pg_opclass, pg_opfamily, pg_amop, pg_amproc. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { OperatorMember, SupportMember } from "../../../catalog/payloads/code.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined, flag } from "./attributes.ts";
import { family, inSchemas, type Family } from "./family.ts";

interface FamilyRow {
  readonly oid: number;
  readonly opfname: string;
  readonly opfnamespace: number;
  readonly opfowner: number;
  readonly method: string;
}

/** A family and a class may share a name across methods, so ids carry the method like an argument. */
export const operatorFamilies: Family = family<FamilyRow>({
  name: "pg_opfamily",
  query: (server) => `
    select f.oid, f.opfname, f.opfnamespace, f.opfowner, m.amname as method
    from pg_opfamily f
    join pg_am m on m.oid = f.opfmethod
    where ${inSchemas("f.opfnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_opfamily", row.oid)) return;
    const schema = build.schema(row.opfnamespace);
    build.add({
      kind: "operator_family",
      name: { schema: schema.name, name: row.opfname, arguments: [row.method] },
      parent: schema.parent,
      address: ["pg_opfamily", row.oid],
      payload: defined<PayloadOf["operator_family"]>({
        owner: build.owner(row.opfowner),
        method: row.method,
      }),
    });
  },
});

interface ClassRow {
  readonly oid: number;
  readonly opcname: string;
  readonly opcnamespace: number;
  readonly opcowner: number;
  readonly method: string;
  readonly type: string;
  readonly opcdefault: boolean;
  readonly family: QualifiedName;
  readonly storage: string | null;
}

export const operatorClasses: Family = family<ClassRow>({
  name: "pg_opclass",
  query: (server) => `
    select c.oid, c.opcname, c.opcnamespace, c.opcowner, m.amname as method,
      format_type(c.opcintype, null) as type, c.opcdefault,
      json_build_object('schema', n.nspname, 'name', f.opfname) as family,
      case when c.opckeytype <> 0 then format_type(c.opckeytype, null) end as storage
    from pg_opclass c
    join pg_am m on m.oid = c.opcmethod
    join pg_opfamily f on f.oid = c.opcfamily
    join pg_namespace n on n.oid = f.opfnamespace
    where ${inSchemas("c.opcnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_opclass", row.oid)) return;
    const schema = build.schema(row.opcnamespace);
    build.add({
      kind: "operator_class",
      name: { schema: schema.name, name: row.opcname, arguments: [row.method] },
      parent: schema.parent,
      address: ["pg_opclass", row.oid],
      payload: defined<PayloadOf["operator_class"]>({
        owner: build.owner(row.opcowner),
        method: row.method,
        type: row.type,
        default: flag(row.opcdefault),
        family: row.family,
        storage: row.storage,
      }),
    });
  },
});

interface MemberRow {
  readonly oid: number;
  readonly family: number;
  /** Null: the member is loose in the family. */
  readonly class: number | null;
  readonly operator: QualifiedName | null;
  readonly function: string | null;
  readonly number: number;
  readonly left: string;
  readonly right: string;
  readonly order_by: QualifiedName | null;
}

/** The class that a member belongs to is what the member depends on internally. */
export const operatorMembers: Family = family<MemberRow>({
  name: "pg_amop, pg_amproc",
  query: () => `
    select o.oid, o.amopfamily as family, d.refobjid as class,
      json_build_object('schema', n.nspname, 'name', p.oprname) as operator, null as function,
      o.amopstrategy as number, format_type(o.amoplefttype, null) as left,
      format_type(o.amoprighttype, null) as right,
      case when o.amopsortfamily <> 0 then (
        select json_build_object('schema', sn.nspname, 'name', s.opfname)
        from pg_opfamily s join pg_namespace sn on sn.oid = s.opfnamespace where s.oid = o.amopsortfamily
      ) end as order_by
    from pg_amop o
    join pg_operator p on p.oid = o.amopopr
    join pg_namespace n on n.oid = p.oprnamespace
    left join pg_depend d on d.classid = 'pg_amop'::regclass and d.objid = o.oid
      and d.refclassid = 'pg_opclass'::regclass
    where o.oid >= 16384
    union all
    select o.oid, o.amprocfamily, d.refobjid, null, o.amproc::regprocedure::text, o.amprocnum,
      format_type(o.amproclefttype, null), format_type(o.amprocrighttype, null), null
    from pg_amproc o
    left join pg_depend d on d.classid = 'pg_amproc'::regclass and d.objid = o.oid
      and d.refclassid = 'pg_opclass'::regclass
    where o.oid >= 16384
    order by number, "left", "right"`,
  // One that is loose in a family of the server's is no part of a fact.
  rowOf: ({ operator, family: of, oid }) =>
    of < 16384 ? undefined : [operator === null ? "pg_amproc" : "pg_amop", oid],
  add: (row, build) => {
    const id =
      row.class === null
        ? build.find("pg_opfamily", row.family)
        : build.find("pg_opclass", row.class);
    const fact = id === undefined ? undefined : build.get(id);
    if (fact?.kind !== "operator_class" && fact?.kind !== "operator_family") return;
    // What a member needs, its function above all, the class needs.
    build.address(row.operator === null ? "pg_amproc" : "pg_amop", row.oid, fact.id);
    const { number, left, right } = row;
    if (row.operator !== null) {
      const orderBy = row.order_by === null ? {} : { orderBy: row.order_by };
      const member: OperatorMember = {
        strategy: number,
        operator: row.operator,
        left,
        right,
        ...orderBy,
      };
      build.patch(fact.id, { operators: [...(fact.payload.operators ?? []), member] });
      return;
    }
    const member: SupportMember = { number, function: row.function ?? "", left, right };
    build.patch(fact.id, { functions: [...(fact.payload.functions ?? []), member] });
  },
});
