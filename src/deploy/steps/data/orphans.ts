/**
 * Rows whose foreign key could be checked only when all rows were there, and refers to nothing: taken out again and
 * named, until none is left, since what refers to one of them goes with it.
 */
import { tableLabel, type ForeignKeyFacts } from "../../../data/tables.ts";
import type { Row } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import type { ExportMapping, LoadContext } from "./load-context.ts";
import { linesOf, stagedLines } from "./stage.ts";

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
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await report(context, mapping, { key, rows: rows.slice(at, at + rowsAtOnce) });
  }
  return rows.length;
}

/** What is asked about in one query; it is a message of some megabytes. */
const rowsAtOnce = 10_000;

async function report(
  context: LoadContext,
  mapping: ExportMapping,
  { key, rows }: { readonly key: ForeignKeyFacts; readonly rows: readonly Row[] },
): Promise<void> {
  const { source, target, columns } = mapping;
  const known = [...new Set([...target.key, ...key.columns])].flatMap((name) => {
    const from = columns.find((each) => each.target.name === name)?.source?.name;
    return from === undefined ? [] : [{ name, from }];
  });
  const lines = await stagedLines(context, mapping, {
    columns: known.map(({ from }) => from),
    rows: rows.map((row) => known.map(({ name }) => String(row[name]))),
  });
  await context.reject(
    rows.map((row, at) => {
      const line = lines[at];
      const values = key.columns.map((column) => String(row[column])).join(", ");
      return {
        table: tableLabel(target),
        file: source.place,
        line: line === undefined ? undefined : source.linesBefore + line,
        column: key.columns.join(", "),
        sqlState: "23503",
        reason: `it refers to what is not there (${key.name}): ${values}`,
      };
    }),
    linesOf(mapping),
  );
}
