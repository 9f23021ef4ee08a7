/** Which part of a database is read. The system's schemas, temporary ones and lockstep's own never are. */

export interface CatalogFilter {
  /** Only these schemas; undefined: all. */
  readonly schemas: readonly string[] | undefined;
  readonly exceptSchemas: readonly string[];
  /** Roles, memberships and settings per role and database. */
  readonly roles: boolean;
  /** Written as no owner at all; by default the database's own. */
  readonly defaultOwner: string | undefined;
  /** A scratch database: what its owner made is the default owner's, whoever that is. */
  readonly inScratch: boolean;
}

export const wholeDatabase: CatalogFilter = {
  schemas: undefined,
  exceptSchemas: [],
  roles: false,
  defaultOwner: undefined,
  inScratch: false,
};

/** Where tools that make objects of their own at run time keep them. */
export const toolSchemas: ReadonlySet<string> = new Set([
  "cron",
  "partman",
  "_timescaledb_internal",
  "_timescaledb_cache",
  "_timescaledb_catalog",
  "_timescaledb_config",
]);

export function isReadSchema(name: string, filter: CatalogFilter): boolean {
  if (name === "information_schema" || name === "lockstep" || name.startsWith("pg_")) return false;
  if (filter.exceptSchemas.includes(name)) return false;
  if (filter.schemas !== undefined) return filter.schemas.includes(name);
  return !toolSchemas.has(name);
}
