/**
 * Whether the structure stood still while it was read. Rows come from the snapshot, but the server's deparsing
 * functions look at the present; a row that a transaction wrote after the snapshot tells that the two may differ.
 */
import type { Session } from "../../../ports/database.ts";
import type { ServerView } from "./build.ts";
import { inSchemas } from "./family.ts";

/** Transaction ids in the form of pg_current_snapshot(). */
export async function snapshotOf(session: Session): Promise<string> {
  const [row] = await session.query("select pg_catalog.pg_current_snapshot()::text as snapshot");
  const snapshot = row?.["snapshot"];
  return typeof snapshot === "string" ? snapshot : "";
}

/** Asked after the read. When no transaction has begun or ended anywhere, no catalog is looked at. */
export async function stoodStill(
  session: Session,
  server: ServerView,
  before: string,
): Promise<boolean> {
  const after = await snapshotOf(session);
  if (after === before) return true;
  const isNew = writtenSince(before, after);
  const checks = [
    ...inSchema.map(
      ([catalog, column]) =>
        `exists (select from pg_catalog.${catalog} c
          where ${inSchemas(`c.${column}`, server)} and ${isNew("c")})`,
    ),
    ...ofRelation.map(
      ([catalog, column]) =>
        `exists (select from pg_catalog.${catalog} c join pg_catalog.pg_class r on r.oid = c.${column}
          where ${inSchemas("r.relnamespace", server)} and ${isNew("c")})`,
    ),
  ];
  const [row] = await session.query(`select ${checks.join("\n or ")} as changed`);
  return row?.["changed"] !== true;
}

/**
 * Whoever wrote a row after the snapshot began after it, or was under way then: a transaction that has been open for
 * long says nothing of those that ended before the snapshot. Ids in rows have 32 bits.
 */
function writtenSince(before: string, after: string): (row: string) => string {
  const [, next = "", underWay = ""] = before.split(":");
  const [, end = ""] = after.split(":");
  const window = Number(end) - Number(next);
  const open = underWay.split(",").flatMap((id) => (id === "" ? [] : [Number(id) % 2 ** 32]));
  return (row) => {
    const id = `${row}.xmin::text::int8`;
    const later = `mod(${id} - ${Number(next) % 2 ** 32} + 4294967296, 4294967296) < ${window}`;
    return open.length === 0 ? later : `(${later} or ${id} in (${open.join(", ")}))`;
  };
}

/** The catalogs that deparsing reads, with the column that leads to a schema. */
const inSchema = [
  ["pg_class", "relnamespace"],
  ["pg_proc", "pronamespace"],
  ["pg_type", "typnamespace"],
  ["pg_constraint", "connamespace"],
] as const;

const ofRelation = [
  ["pg_attribute", "attrelid"],
  ["pg_attrdef", "adrelid"],
  ["pg_rewrite", "ev_class"],
  ["pg_policy", "polrelid"],
  ["pg_trigger", "tgrelid"],
] as const;
