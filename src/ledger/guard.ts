/**
 * Whether the tables that are called like the ledger's are such as lockstep makes: plain tables of the server's own
 * types. Whoever may create schemas could make views, rules, triggers, policies or types instead, whose code would run
 * with the rights of whoever deploys. Asked in one message with the first query, which does not run when the answer
 * is no.
 */

const tables = [
  "ledger_versions",
  "deployments",
  "migrations",
  "events",
  "attempts",
  "statements",
  "leases",
  "environment",
];

/** The first oid that initdb does not give: what is below is the server's own. */
const firstUserOid = 16384;

/** Fails with division_by_zero. search_path has to be pinned. */
export const ledgerGuard: string = `select 1 / (case when exists (
  select from pg_catalog.pg_class c
  where c.relnamespace = pg_catalog.to_regnamespace('lockstep')::oid and c.relname::text in (${tables.map((name) => `'${name}'`).join(", ")})
    and (c.relkind <> 'r' or c.relhasrules or c.relhassubclass or c.relispartition or c.relrowsecurity
      or exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
      or exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid >= ${firstUserOid}::oid)
      or exists (
        select from pg_catalog.pg_depend d
        where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.refobjid >= ${firstUserOid}::oid
          and (d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
              and d.objid in (select f.oid from pg_catalog.pg_attrdef f where f.adrelid = c.oid)
            or d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
              and d.objid in (select k.oid from pg_catalog.pg_constraint k where k.conrelid = c.oid)
            or d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
              and d.objid in (select x.indexrelid from pg_catalog.pg_index x where x.indrelid = c.oid))))
) then 0 else 1 end)`;
