/**
 * References between facts: pg_depend, which is how the server itself knows what needs what. Internal dependencies
 * tie rows that are one fact here; membership in an extension is known beforehand.
 */
import { attachedFactId, factId } from "../../../catalog/id.ts";
import type { RowValues } from "../../../ports/database.ts";
import type { CatalogBuild } from "./build.ts";
import { family, largeFamily, type Family } from "./family.ts";

export const dependencies: Family = largeFamily({
  name: "pg_depend",
  query: () => `
    select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
    from pg_depend d
    where d.deptype in ('n', 'a', 'P', 'S') and d.refobjid >= 16384
      and d.refclassid <> 'pg_namespace'::regclass and d.classid <> 'pg_default_acl'::regclass`,
  add: (values, build) => {
    const [catalog, oid, column] = [catalogOf(values, build), values.oid(), values.int()];
    const from = build.find(catalog, oid, column);
    if (from === undefined || build.isMember(catalog, oid)) return;
    const [onCatalog, onOid, onColumn] = [catalogOf(values, build), values.oid(), values.int()];
    const element = onCatalog === "pg_type" ? build.elementTypes.get(onOid) : undefined;
    build.refer(from, build.find(onCatalog, element ?? onOid, onColumn));
  },
});

function catalogOf(values: RowValues, build: CatalogBuild): string {
  return build.catalogs.get(values.oid()) ?? "";
}

interface ArrayTypeRow {
  readonly array_oid: number;
  readonly element: number;
}

/** Array types that something depends on stand for their elements. */
export const arrayTypes: Family = family<ArrayTypeRow>({
  name: "pg_type",
  query: () => `
    select t.oid as array_oid, t.typelem as element
    from pg_type t
    where t.oid >= 16384 and t.typsubscript = 'array_subscript_handler'::regproc
      and t.oid in (select refobjid from pg_depend where refclassid = 'pg_type'::regclass and deptype = 'n')`,
  add: (row, build) => {
    build.elementTypes.set(row.array_oid, row.element);
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
