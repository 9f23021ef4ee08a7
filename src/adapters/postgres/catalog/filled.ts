/**
 * Which catalogs hold anything of the user's. Most databases use few kinds of objects, and the server takes longer to
 * plan a query for one that is not there than to say that it is not; so all of them are asked about in one query.
 */
import type { Family } from "./family.ts";

/**
 * The catalogs that are often empty, with the column by which rows of the user's are told from the server's own; null
 * where the server brings no row, and what a row is about may be the server's own, such as the schema public.
 */
const rare = {
  pg_aggregate: "aggfnoid",
  pg_am: "oid",
  pg_amop: "oid",
  pg_amproc: "oid",
  pg_cast: "oid",
  pg_collation: "oid",
  pg_conversion: "oid",
  pg_default_acl: "oid",
  pg_event_trigger: "oid",
  pg_foreign_data_wrapper: "oid",
  pg_foreign_server: "oid",
  pg_foreign_table: "ftrelid",
  pg_inherits: "inhrelid",
  pg_language: "oid",
  pg_opclass: "oid",
  pg_operator: "oid",
  pg_opfamily: "oid",
  pg_partitioned_table: "partrelid",
  pg_policy: "oid",
  pg_publication: "oid",
  pg_range: "rngtypid",
  pg_seclabel: null,
  pg_statistic_ext: "oid",
  pg_subscription: "oid",
  pg_transform: "oid",
  pg_ts_config: "oid",
  pg_ts_dict: "oid",
  pg_ts_parser: "oid",
  pg_ts_template: "oid",
} as const;

export type RareCatalog = keyof typeof rare;

const firstUserOid = 16384;

export const filledQuery: string = `select ${Object.entries(rare)
  .map(([catalog, key]) => {
    const condition = key === null ? "" : ` where ${key} >= ${firstUserOid}`;
    return `exists (select from pg_catalog.${catalog}${condition}) as ${catalog}`;
  })
  .join(", ")}`;

/** Asked only when one of the catalogs holds something. That nothing is missed is for completeness.ts to see. */
export function onlyWith(catalogs: readonly RareCatalog[], family: Family): Family {
  return {
    ...family,
    query: (server) =>
      catalogs.some((catalog) => server.filled.has(catalog)) ? family.query(server) : undefined,
  };
}
