/** Which part of a database is read. The system's schemas, temporary ones and lockstep's own never are. */

export interface CatalogFilter {
  /** Only these schemas; undefined: all. */
  readonly schemas: readonly string[] | undefined;
  readonly exceptSchemas: readonly string[];
  /**
   * Names of roles, with * for any text, whose attributes, memberships and settings are read, and the database's own
   * settings with them; undefined: none of these. The default owner is meant only by its name.
   */
  readonly roles: readonly string[] | undefined;
  /** Written as no owner at all; by default the database's own. */
  readonly defaultOwner: string | undefined;
  /** A scratch database: what its owner made is the default owner's, whoever that is. */
  readonly inScratch: boolean;
}

export const wholeDatabase: CatalogFilter = {
  schemas: undefined,
  exceptSchemas: [],
  roles: undefined,
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

/**
 * The comment on a role that lockstep made in scratch because the SQL names it: what the SQL declares of it is
 * nothing, so it is not read.
 */
export const roleStandsIn = "lockstep: named by SQL that does not make it";

export function isReadSchema(name: string, filter: CatalogFilter): boolean {
  if (name === "information_schema" || name === "lockstep" || name.startsWith("pg_")) return false;
  if (filter.exceptSchemas.includes(name)) return false;
  if (filter.schemas !== undefined) return filter.schemas.includes(name);
  return !toolSchemas.has(name);
}
