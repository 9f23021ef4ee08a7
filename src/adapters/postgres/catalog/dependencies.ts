/**
 * References between facts: pg_depend, which is how the server itself knows what needs what. Internal dependencies
 * tie rows that are one fact here; membership in an extension is known beforehand.
 */
import { attachedFactId, factId } from "../../../catalog/id.ts";
import { family, type Family } from "./family.ts";

interface DependencyRow {
  readonly catalog: string;
  readonly objid: number;
  readonly objsubid: number;
  readonly on_catalog: string;
  readonly on_oid: number;
  readonly refobjsubid: number;
}

export const dependencies: Family = family<DependencyRow>({
  name: "pg_depend",
  query: () => `
    select d.classid::regclass::text as catalog, d.objid, d.objsubid,
      d.refclassid::regclass::text as on_catalog,
      case when t.typelem <> 0 and t.typsubscript = 'array_subscript_handler'::regproc then t.typelem
        else d.refobjid end as on_oid,
      d.refobjsubid
    from pg_depend d
    left join pg_type t on d.refclassid = 'pg_type'::regclass and t.oid = d.refobjid
    where d.deptype in ('n', 'a', 'P', 'S') and d.refobjid >= 16384
      and d.refclassid <> 'pg_namespace'::regclass and d.classid <> 'pg_default_acl'::regclass`,
  add: (row, build) => {
    const from = build.find(row.catalog, row.objid, row.objsubid);
    if (from === undefined || build.isMember(row.catalog, row.objid)) return;
    build.refer(from, build.find(row.on_catalog, row.on_oid, row.refobjsubid));
  },
});

interface ExtensionDependencyRow {
  readonly catalog: string;
  readonly objid: number;
  readonly extname: string;
}

/** ALTER ... DEPENDS ON EXTENSION. */
export const extensionDependencies: Family = family<ExtensionDependencyRow>({
  name: "pg_depend",
  query: () => `
    select d.classid::regclass::text as catalog, d.objid, e.extname
    from pg_depend d
    join pg_extension e on e.oid = d.refobjid
    where d.refclassid = 'pg_extension'::regclass and d.deptype = 'x'
    order by e.extname`,
  add: (row, build) => {
    const subject = build.subject(row.catalog, row.objid);
    if (subject === undefined) return;
    const { on, parent } = subject;
    const id = attachedFactId("extension_dependency", on.id, row.extname);
    const payload = { on, extension: row.extname };
    build.add({ kind: "extension_dependency", id, name: { name: id }, parent, payload });
    build.refer(id, factId("extension", { name: row.extname }));
  },
});
