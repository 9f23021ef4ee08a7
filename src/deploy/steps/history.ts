/**
 * Another tool's history in the target: found by its table, read as it is. Only plain tables of the server's own types
 * are read, since a view or a type of somebody's own would run their code with our rights; nothing is written.
 */
import { LockstepError, type JsonObject } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { booleanOf, jsonObjectOf, textOf } from "../../ledger/row.ts";
import { historyTools } from "../../plan/histories/tools.ts";
import type { History, HistoryTool } from "../../plan/histories/tool.ts";
import type { Row, Session } from "../../ports/database.ts";
import { quoteQualifiedName } from "../../sql/quote.ts";

export interface FoundHistory {
  readonly tool: HistoryTool;
  readonly schema: string;
  readonly table: string;
}

interface Candidate {
  readonly schema: string;
  readonly table: string;
  readonly columns: ReadonlySet<string>;
  /** Tables of the same schema that tell tools apart. */
  readonly neighbours: ReadonlySet<string>;
}

const candidateColumns = `select n.nspname::text as schema, c.relname::text as "table",
  pg_catalog.to_jsonb(array(select a.attname::text from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)) as columns,
  pg_catalog.to_jsonb(array(select o.relname::text from pg_catalog.pg_class o
    where o.relnamespace = c.relnamespace and o.relname = any ($2::name[]))) as neighbours
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and not c.relhasrules and not c.relrowsecurity
  and not exists (select from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace)`;

const candidatesQuery = `${candidateColumns} and c.relname = any ($1::name[]) order by n.nspname, c.relname`;

/** to_regclass reads a name as SQL does. */
const candidateQuery = `${candidateColumns} and c.oid = pg_catalog.to_regclass($1::text)`;

/** Every history that is there; each table belongs to one tool. */
export async function findHistories(session: Session): Promise<readonly FoundHistory[]> {
  return (await candidatesOf(session)).flatMap((candidate) => {
    const [best] = historyTools
      .filter((tool) => isOf(tool, candidate))
      .toSorted((left, right) => weightOf(right) - weightOf(left));
    return best === undefined ? [] : [{ ...candidate, tool: best }];
  });
}

/** `name` undefined: the one that is there. */
export async function chooseHistory(
  session: Session,
  name: string | undefined,
): Promise<FoundHistory> {
  const tool = name === undefined ? undefined : toolOf(name);
  const found =
    tool === undefined
      ? await findHistories(session)
      : (await candidatesOf(session))
          .filter((candidate) => isOf(tool, candidate))
          .map(({ schema, table }) => ({ tool, schema, table }));
  const [first, ...others] = found;
  if (first === undefined) throw absent(tool);
  if (others.length === 0) return first;
  throw new LockstepError("ADOPT.AMBIGUOUS", "the database holds several histories", {
    notes: found.map((one) => `${one.tool.name}: ${labelOf(one)}`),
    ...(tool === undefined ? {} : { next: "Drop or rename the tables that are not in use." }),
  });
}

/** A tool's history in a table that was given another name. */
export async function historyIn(
  session: Session,
  name: string,
  table: string,
): Promise<FoundHistory> {
  const tool = toolOf(name);
  const [row] = await session.query(candidateQuery, [table, neighboursOfAll()]);
  const found = row === undefined ? undefined : candidateOf(row);
  const lacking = tool.columns.filter((column) => found?.columns.has(column) !== true);
  if (found !== undefined && lacking.length === 0) return { ...found, tool };
  const why =
    found === undefined
      ? "there is no plain table of that name"
      : `it has no columns ${lacking.join(", ")}`;
  throw new LockstepError(
    "ADOPT.HISTORY_ABSENT",
    `${table} is no history of ${tool.title}: ${why}`,
    { next: "Name it with its schema, as SQL would: --history-table ops.migrations" },
  );
}

export function labelOf({ schema, table }: Pick<FoundHistory, "schema" | "table">): string {
  return quoteQualifiedName(schema, table);
}

export async function readHistory(session: Session, found: FoundHistory): Promise<History> {
  const { tool, schema } = found;
  if (tool.lock !== undefined) {
    const { table, column } = tool.lock;
    const label = quoteQualifiedName(schema, table);
    const [there] = await session.query(
      "select pg_catalog.to_regclass($1::text) is not null as present",
      [label],
    );
    const rows =
      there !== undefined && booleanOf(there, "present") ? await rowsOf(session, label) : [];
    if (rows.some((row) => row[column] === true || row[column] === 1)) {
      throw new LockstepError("ADOPT.BUSY", `${tool.title} holds its lock in ${label}`);
    }
  }
  return tool.read(await rowsOf(session, labelOf(found)));
}

async function rowsOf(session: Session, label: string): Promise<readonly JsonObject[]> {
  const rows = await session.query(`select pg_catalog.to_jsonb(h) as row from only ${label} h`);
  return rows.map((row) => jsonObjectOf(row, "row"));
}

async function candidatesOf(session: Session): Promise<readonly Candidate[]> {
  const tables = historyTools.flatMap((tool) => tool.tables.map(({ table }) => table));
  const rows = await session.query(candidatesQuery, [[...new Set(tables)], neighboursOfAll()]);
  return rows.map(candidateOf);
}

function neighboursOfAll(): readonly string[] {
  return historyTools.flatMap(({ beside }) => beside ?? []);
}

function candidateOf(row: Row): Candidate {
  return {
    schema: textOf(row, "schema"),
    table: textOf(row, "table"),
    columns: textsOf(row["columns"]),
    neighbours: textsOf(row["neighbours"]),
  };
}

function textsOf(value: unknown): ReadonlySet<string> {
  return new Set(Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
}

function isOf(tool: HistoryTool, candidate: Candidate): boolean {
  const isNamed = tool.tables.some(
    ({ schema, table }) =>
      table === candidate.table && (schema === undefined || schema === candidate.schema),
  );
  const isBeside = tool.beside === undefined || candidate.neighbours.has(tool.beside);
  return isNamed && isBeside && tool.columns.every((column) => candidate.columns.has(column));
}

function weightOf({ columns, beside, tables }: HistoryTool): number {
  const isPlaced = tables.some(({ schema }) => schema !== undefined);
  return columns.length + (beside === undefined ? 0 : 1) + (isPlaced ? 1 : 0);
}

function toolOf(name: string): HistoryTool {
  const found = historyTools.find((tool) => tool.name === name);
  if (found !== undefined) return found;
  const names = historyTools.map((tool) => tool.name);
  const meant = nearest(name, names);
  const guess = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new LockstepError(
    "USAGE.INVALID",
    `lockstep can't read the history of ${JSON.stringify(name)}${guess}`,
    {
      notes: [`known: none, ${names.join(", ")}`],
      next: "lockstep adopt --from none --applied ID|all",
    },
  );
}

function absent(tool: HistoryTool | undefined): LockstepError {
  if (tool === undefined) {
    const message = "the database holds the history of no tool that lockstep knows";
    const next = "lockstep adopt --from none --applied ID|all";
    return new LockstepError("ADOPT.HISTORY_ABSENT", message, { next });
  }
  const tables = tool.tables.map(({ schema, table }) =>
    schema === undefined ? table : `${schema}.${table}`,
  );
  return new LockstepError(
    "ADOPT.HISTORY_ABSENT",
    `there is no history of ${tool.title}: no table ${tables.join(" or ")} with its columns`,
  );
}
