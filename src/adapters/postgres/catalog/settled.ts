/**
 * Whether the structure stood still while it was read. Rows come from the snapshot, but the server's deparsing
 * functions look at the present: what was altered, renamed or dropped meanwhile has the text of another moment, or none.
 * A row that the snapshot shows and that another transaction has replaced or deleted since carries that transaction's
 * number; new rows change no text of older ones.
 */
import type { Session } from "../../../ports/database.ts";
import { isReadSchema, wholeDatabase } from "../../../catalog/filter.ts";
import type { ServerView } from "./build.ts";

/** What was written over: transactions' numbers as rows have them, and the snapshot in which the rows were read. */
export interface Overwritten {
  readonly by: readonly number[];
  /** In the form of pg_current_snapshot(). */
  readonly snapshot: string;
  /** Lists of rights are written with the names that roles have by now. */
  readonly areRolesRenamed: boolean;
}

/** Asked in the read's own transaction, behind all that is read. Numbers of long ago are of transactions that failed. */
export async function overwritten(session: Session, server: ServerView): Promise<Overwritten> {
  const rows = await session.query(`
    with schemas as materialized (
      select n.oid from pg_namespace n where n.oid = any('{${namedSchemas(server).join(",")}}'::oid[]))
    select pg_current_snapshot()::text as snapshot,
      exists (select from pg_roles where rolname <> pg_get_userbyid(oid)) as renamed, array(
      ${changes.join("\n      union ")}) as by`);
  const { snapshot, by, renamed } = rows[0] ?? {};
  return {
    areRolesRenamed: renamed === true,
    snapshot: typeof snapshot === "string" ? snapshot : "",
    by: Array.isArray(by) ? by.map(Number) : [],
  };
}

/** Asked after the read: one that is under way still has shown itself to nobody. */
export async function stoodStill(
  session: Session,
  { by, snapshot, areRolesRenamed }: Overwritten,
): Promise<boolean> {
  if (areRolesRenamed) return false;
  const suspects = by.filter((id) => isHidden(id, snapshot));
  if (suspects.length === 0) return true;
  const [row] = await session.query("select pg_catalog.pg_current_snapshot()::text as snapshot");
  const now = row?.["snapshot"];
  return typeof now === "string" && suspects.every((id) => isHidden(id, now));
}

/** Whether the snapshot takes the transaction for one that has not ended. Numbers in rows have 32 bits. */
function isHidden(id: number, snapshot: string): boolean {
  const [, next = "", underWay = ""] = snapshot.split(":");
  const since = (id - (Number(next) % 2 ** 32) + 2 ** 32) % 2 ** 32;
  return since < 2 ** 31 || underWay.split(",").some((each) => Number(each) % 2 ** 32 === id);
}

/** Also those that a filter leaves out: texts name what is in them. */
function namedSchemas({ allSchemas }: ServerView): readonly number[] {
  return [...allSchemas].flatMap(([oid, name]) => (isReadSchema(name, wholeDatabase) ? [oid] : []));
}

/** The catalogs that deparsing reads, with what leads to a schema. */
const ofSchema = {
  pg_class: "relnamespace",
  pg_collation: "collnamespace",
  pg_constraint: "connamespace",
  pg_namespace: "oid",
  pg_opclass: "opcnamespace",
  pg_operator: "oprnamespace",
  pg_proc: "pronamespace",
  pg_statistic_ext: "stxnamespace",
  pg_ts_config: "cfgnamespace",
  pg_ts_dict: "dictnamespace",
  pg_type: "typnamespace",
};
const ofRelation = {
  pg_attrdef: "adrelid",
  pg_attribute: "attrelid",
  pg_index: "indrelid",
  pg_partitioned_table: "partrelid",
  pg_policy: "polrelid",
  pg_publication_rel: "prrelid",
  pg_rewrite: "ev_class",
  pg_trigger: "tgrelid",
};

const selected = "select c.xmax::text::int8 as id from";
const changes: readonly string[] = [
  ...Object.entries(ofSchema).map(
    ([catalog, column]) =>
      `${selected} ${catalog} c where c.xmax <> '0' and c.${column} in (select oid from schemas)`,
  ),
  ...Object.entries(ofRelation).map(
    ([catalog, column]) =>
      `${selected} ${catalog} c join pg_class r on r.oid = c.${column}
        where c.xmax <> '0' and r.relnamespace in (select oid from schemas)`,
  ),
  `${selected} pg_enum c join pg_type t on t.oid = c.enumtypid
        where c.xmax <> '0' and t.typnamespace in (select oid from schemas)`,
];
