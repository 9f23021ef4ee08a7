/**
 * Rows whose foreign key could be checked only when all rows were there, and refers to nothing: taken out again and
 * named, until none is left, since what refers to one of them goes with it.
 */
import { tableLabel, type ForeignKeyFacts } from "../../../data/tables.ts";
import type { Row } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import type { ExportMapping, LoadContext } from "./load-context.ts";
import { stagedLines } from "./stage.ts";

export async function removeOrphans(
  context: LoadContext,
  mapping: ExportMapping,
  keys: readonly ForeignKeyFacts[],
): Promise<number> {
  const own = keys.filter(({ table }) => table === mapping.target.oid);
  let gone = 0;
  for (let removed = own.length; removed > 0;) {
    removed = 0;
    for (const key of own) removed += await removeOf(context, mapping, key);
    gone += removed;
  }
  return gone;
}

async function removeOf(
  context: LoadContext,
  mapping: ExportMapping,
  key: ForeignKeyFacts,
): Promise<number> {
  const { target } = mapping;
  const [parent = {}] = await context.session.query(
    "select pg_catalog.format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = $1::oid",
    [String(key.target)],
  );
  const pairs = key.columns.map(
    (column, at) =>
      `parent.${quoteIdentifier(key.targetColumns[at] ?? "")} = child.${quoteIdentifier(column)}`,
  );
  const filled = key.columns.map((column) => `child.${quoteIdentifier(column)} is not null`);
  const shown = [...new Set([...target.key, ...key.columns])];
  const rows = await context.session.query(
    `delete from ${quoteQualifiedName(target.schema, target.name)} child
    where ${filled.join(" and ")} and not exists (
      select from ${String(parent["name"])} parent where ${pairs.join(" and ")})
    returning ${shown.map((column) => `child.${quoteIdentifier(column)}::text`).join(", ")}`,
  );
  for (const row of rows) await report(context, mapping, { key, row });
  return rows.length;
}

async function report(
  context: LoadContext,
  mapping: ExportMapping,
  { key, row }: { readonly key: ForeignKeyFacts; readonly row: Row },
): Promise<void> {
  const { source, target, columns } = mapping;
  const known = Object.entries(row).flatMap(([name, value]) => {
    const from = columns.find((each) => each.target.name === name)?.source?.name;
    const isPlain = from !== undefined && typeof value === "string";
    return isPlain ? [`${quoteIdentifier(from)}::text = ${quoteLiteral(value)}`] : [];
  });
  const [found] =
    known.length === 0 ? [] : await stagedLines(context, mapping, known.join(" and "));
  const values = key.columns.map((column) => String(row[column])).join(", ");
  await context.reject([
    {
      table: tableLabel(target),
      file: source.place,
      line: found?.line === undefined ? undefined : source.linesBefore + found.line,
      column: key.columns.join(", "),
      sqlState: "23503",
      reason: `it refers to what is not there (${key.name}): ${values}`,
      ...(found?.row === undefined ? {} : { row: found.row }),
    },
  ]);
}
