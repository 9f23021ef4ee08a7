/**
 * What has to be known before the catalogs are read: which schemas, whose names roles have, what belongs to
 * extensions, which catalogs are empty. One round trip.
 */
import type { Session } from "../../../ports/database.ts";
import type { ServerView } from "./build.ts";
import type { CatalogFilter } from "../../../catalog/filter.ts";
import { filledQuery } from "./filled.ts";
import { isReadSchema, toolSchemas } from "../../../catalog/filter.ts";

export async function readServerView(session: Session, filter: CatalogFilter): Promise<ServerView> {
  const [schemas, roles, members, database, filled] = await Promise.all([
    session.query(schemaQuery),
    session.query(roleQuery),
    session.query(memberQuery),
    session.query(databaseQuery),
    session.query(filledQuery),
  ]);
  const allSchemas = new Map(rowsOf<SchemaRow>(schemas).map((row) => [row.oid, row.nspname]));
  const tools = new Set(
    rowsOf<SchemaRow>(schemas)
      .filter((row) => row.of_extension)
      .map((row) => row.oid),
  );
  const read = [...allSchemas].filter(
    ([oid, name]) => !tools.has(oid) && isReadSchema(name, filter),
  );
  const roleNames = new Map(rowsOf<RoleRow>(roles).map((row) => [row.oid, row.rolname]));
  return {
    major: session.server.major,
    schemas: new Map(read),
    isWhole: filter.schemas === undefined,
    toolHomes: toolHomes(rowsOf<SchemaRow>(schemas), filter),
    allSchemas,
    roles: roleNames,
    defaultOwners: defaultOwners(roleNames, filter, rowsOf<DatabaseRow>(database)[0]),
    extensionMembers: membersOf(rowsOf<MemberRow>(members)),
    filled: new Set(
      Object.entries(filled[0] ?? {}).flatMap(([name, is]) => (is === true ? [name] : [])),
    ),
    options: { roles: filter.roles },
    superuser: rowsOf<DatabaseRow>(database)[0]?.superuser ?? false,
  };
}

interface SchemaRow {
  readonly oid: number;
  readonly nspname: string;
  readonly of_extension: boolean;
  readonly holds_extension: boolean;
}
const schemaQuery = `
  select n.oid, n.nspname, exists (
    select from pg_depend d where d.classid = 'pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e'
  ) as of_extension, exists (select from pg_extension e where e.extnamespace = n.oid) as holds_extension
  from pg_namespace n`;

/** The project made such a schema for the tool's extension, and CREATE EXTENSION needs it. */
function toolHomes(schemas: readonly SchemaRow[], filter: CatalogFilter): ReadonlySet<number> {
  if (filter.schemas !== undefined) return new Set();
  const homes = schemas.filter(
    ({ nspname, of_extension, holds_extension }) =>
      toolSchemas.has(nspname) &&
      holds_extension &&
      !of_extension &&
      !filter.exceptSchemas.includes(nspname),
  );
  return new Set(homes.map(({ oid }) => oid));
}

interface RoleRow {
  readonly oid: number;
  readonly rolname: string;
}
const roleQuery = "select oid, rolname from pg_roles";

interface MemberRow {
  readonly catalog: string;
  readonly objid: number;
  readonly extname: string;
}
const memberQuery = `
  select d.classid::regclass::text as catalog, d.objid, e.extname
  from pg_depend d join pg_extension e on e.oid = d.refobjid
  where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'`;

interface DatabaseRow {
  readonly owner: number;
  readonly superuser: boolean;
}
const databaseQuery = `
  select d.datdba as owner, (select rolsuper from pg_roles where rolname = current_user) as superuser
  from pg_database d where d.datname = current_database()`;

/** The queries above select exactly these columns. */
function rowsOf<R>(rows: readonly unknown[]): readonly R[] {
  return rows as readonly R[];
}

function membersOf(rows: readonly MemberRow[]): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const members = new Map<string, Map<number, string>>();
  for (const { catalog, objid, extname } of rows) {
    const known = members.get(catalog) ?? new Map<number, string>();
    known.set(objid, extname);
    members.set(catalog, known);
  }
  return members;
}

function defaultOwners(
  roles: ReadonlyMap<number, string>,
  { defaultOwner, inScratch }: CatalogFilter,
  database: DatabaseRow | undefined,
): ReadonlySet<number> {
  const owners = new Set<number>();
  if (database !== undefined && (inScratch || defaultOwner === undefined)) {
    owners.add(database.owner);
  }
  for (const [oid, name] of roles) if (name === defaultOwner) owners.add(oid);
  return owners;
}
