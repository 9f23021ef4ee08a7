/**
 * What somebody did by hand to what belongs to an extension, as findings: a member is the extension's and is no part of
 * the comparison, but a change of it must not go unsaid. The server does not record such changes; it does record which
 * transaction wrote a row, and an extension's own scripts write in the transactions that write the extension's row and
 * its members' rows. After pg_upgrade each member was written by another one, and nothing can be told: that is said.
 */
import {
  addedObjects,
  changedColumns,
  changedComments,
  changedMembers,
  common,
  takenOut,
  takenOutOfScript,
} from "./extension_changes.ts";
import { family, type Family } from "./family.ts";

interface ChangedRow {
  readonly what: Change;
  readonly whole: boolean;
  readonly type: string;
  readonly identity: string;
  readonly extension: string;
  readonly catalog: string;
  readonly oid: number;
}

type Change = "changed" | "added" | "taken out" | "untold";

const untold = `
  select distinct 'pg_extension'::regclass::oid as classid, extension as objid, extension from member
  where extension not in (select extension from telling)`;

export const changedMembersOfExtensions: Family = family<ChangedRow>({
  name: "pg_depend",
  query: ({ extensionMembers }) => {
    const isAny = [...extensionMembers.values()].some((members) =>
      [...members.keys()].some((oid) => oid >= 16384),
    );
    if (!isAny) return undefined;
    return `${common}, found as (
      select 'changed' as what, classid, objid, 0 as attnum, extension, true as whole from (${changedMembers}) c
      union select 'changed', classid, objid, objsubid, extension, true from (${changedComments}) c
      union select 'added', classid, objid, 0, extension, true from (${addedObjects}) a
      union select 'added', classid, objid, attnum, extension, true from (${changedColumns}) a
      union select 'taken out', classid, objid, 0, extension, true from (${takenOut}) t
      union select 'taken out', classid, objid, 0, extension, whole from (${takenOutOfScript}) t
      union select 'untold', classid, objid, 0, extension, true from (${untold}) u
    )
    select f.what, f.whole, o.type, o.identity, e.extname as extension, f.classid::regclass::text as catalog, f.objid as oid
    from (select distinct on (classid, objid, attnum) * from found order by classid, objid, attnum, what) f
    join extension e on e.oid = f.extension
    cross join lateral pg_identify_object(f.classid, f.objid, f.attnum) o
    order by e.extname, o.type, o.identity`;
  },
  rowOf: () => undefined,
  add: ({ what, whole, type, identity, extension, catalog, oid }, build) => {
    const fact = what === "taken out" ? build.find(catalog, oid) : undefined;
    if (fact !== undefined)
      build.takeOut(fact, {
        extension,
        object: `${keywordsOf(type)} ${identity}`,
        ...(whole ? { isWhole: true } : {}),
      });
    build.findings.push({
      code: "CATALOG.EXTENSION_CHANGED",
      severity: what === "untold" ? "info" : "warning",
      object: `${type} ${identity}`,
      message: messages[what](extension),
      hint: hints[what],
    });
  },
});

/** Of pg_identify_object()'s words. */
function keywordsOf(type: string): string {
  return type.toUpperCase().replaceAll("-", " ");
}

const messages: Readonly<Record<Change, (extension: string) => string>> = {
  changed: (extension) =>
    `it belongs to the extension ${extension} and was changed apart from it: no comparison and no dump shows that`,
  added: (extension) =>
    `it was added to, or changed in, a relation of the extension ${extension}: no comparison and no dump shows that`,
  "taken out": (extension) =>
    `the extension ${extension} makes it, and it was taken out: a dump takes it out again; where the extension is there already, no plan takes anything out`,
  untold: () =>
    "its members were written one by one, as pg_upgrade does: whether somebody changed them by hand can't be told",
};

const ownMigration = "Keep it in a migration of your own, which deploys run; or take it back.";

const hints: Readonly<Record<Change, string>> = {
  changed: ownMigration,
  added: ownMigration,
  "taken out": "ALTER EXTENSION ... ADD ... gives it back.",
  untold:
    "DROP EXTENSION and CREATE EXTENSION, where nothing depends on it, make it telling again.",
};
