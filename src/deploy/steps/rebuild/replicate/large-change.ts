/**
 * A change that is too large to be held: its values go as they come into a table of the session's own, one row of it, and
 * the server takes them from there. What the plugin says in text is what COPY reads as text, but for the signs that COPY
 * puts between values.
 */
import { createHash } from "node:crypto";
import { tableLabel } from "../../../../data/tables.ts";
import type { Session, StatementResult } from "../../../../ports/database.ts";
import { quoteIdentifier } from "../../../../sql/quote.ts";
import { dataFailure } from "../../data/failure.ts";
import type { LargeMessage } from "./large-message.ts";
import { onlyOf, type ChangedColumn, type ChangedTable } from "./statements.ts";

export interface LargeChange {
  readonly table: ChangedTable;
  /** Of the statement that makes it. */
  readonly result: StatementResult | undefined;
}

/** Undefined where it is nobody's, or no change of a row. */
export async function makeLargeChange(
  session: Session,
  tables: ReadonlyMap<number, ChangedTable>,
  message: LargeMessage,
): Promise<LargeChange | undefined> {
  const kind = await message.letter();
  const table = "IUD".includes(kind) ? tables.get(await message.int32()) : undefined;
  if (table === undefined) {
    await message.skip();
    return undefined;
  }
  const tuple = await message.letter();
  const row: LargeRow = {
    ...{
      kind,
      hasOld: tuple !== "N",
      oldKeys: new Map(),
      newKeys: new Map(),
      unchanged: new Set(),
    },
    columns: table.columns.toSorted((left, right) => left.at - right.at),
  };
  try {
    await session.script(tableFor(table, row));
    await session.copyIn(`copy ${own} from stdin`, lineOf(message, row));
    const [result] = await session.script(`${statementOf(table, row)};\ndrop table ${own}`);
    return { table, result };
  } catch (error) {
    throw dataFailure(error, `a change of ${tableLabel(table.mapping.target)}`);
  }
}

const own = "pg_temp.lockstep_change";

interface LargeRow {
  readonly kind: string;
  readonly hasOld: boolean;
  /** In the order in which their values come. */
  readonly columns: readonly ChangedColumn[];
  /** Hashes of the key's values before and after it, as far as they are sent. */
  readonly oldKeys: Map<ChangedColumn, string>;
  readonly newKeys: Map<ChangedColumn, string>;
  /** Large values that the change left as they were, and that are not sent. */
  readonly unchanged: Set<ChangedColumn>;
}

function oldName({ at }: ChangedColumn): string {
  return `old_${at}`;
}

function newName({ at }: ChangedColumn): string {
  return `new_${at}`;
}

function isKey({ equals }: ChangedColumn): boolean {
  return equals !== undefined;
}

/** Of the types that domains are made of: what is not sent is null here. */
function tableFor({ name, mapping }: ChangedTable, row: LargeRow): string {
  const types = new Map(mapping.target.columns.map((column) => [column.name, column.unbounded]));
  const columnAs = (column: ChangedColumn, alias: string): string =>
    `${quoteIdentifier(column.name)}::${types.get(column.name) ?? "text"} as ${alias}`;
  const old = row.hasOld ? row.columns.filter(isKey) : [];
  const list = [
    ...old.map((column) => columnAs(column, oldName(column))),
    ...(row.kind === "D" ? [] : row.columns.map((column) => columnAs(column, newName(column)))),
  ];
  return `create temporary table lockstep_change as select ${list.join(", ")} from ${name} with no data`;
}

const tab = Buffer.from("\t");
const absent = Buffer.from("\\N");

/** The row as COPY reads it: the old key, where there is one, and the new values. */
async function* lineOf(
  message: LargeMessage,
  row: LargeRow,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (row.hasOld) {
    yield* fieldsOf(message, row, { columns: row.columns.filter(isKey), keys: row.oldKeys });
    if (row.kind === "D") return;
    await message.letter();
    yield tab;
  }
  yield* fieldsOf(message, row, { columns: row.columns, keys: row.newKeys });
}

interface Tuple {
  /** Those that are copied. */
  readonly columns: readonly ChangedColumn[];
  readonly keys: Map<ChangedColumn, string>;
}

async function* fieldsOf(
  message: LargeMessage,
  { unchanged }: LargeRow,
  { columns, keys }: Tuple,
): AsyncGenerator<Uint8Array, void, undefined> {
  const byPlace = new Map(columns.map((column) => [column.at, column]));
  const count = await message.int16();
  for (let at = 0; at < count; at += 1) {
    const column = byPlace.get(at);
    if (column !== undefined && column !== columns[0]) yield tab;
    const kind = await message.letter();
    if (kind === "t") {
      const key = createHash("sha256");
      for await (const piece of message.pieces(await message.int32())) {
        if (column === undefined) continue;
        if (isKey(column)) key.update(piece);
        yield escaped(piece);
      }
      if (column !== undefined && isKey(column)) keys.set(column, key.digest("hex"));
    } else if (column !== undefined) {
      if (kind === "u") unchanged.add(column);
      yield absent;
    }
  }
}

const backslash = 0x5c;
/** What COPY reads behind a backslash, by the byte that it takes for something else. */
const signs: Readonly<Record<number, number>> = {
  ...{ 0x09: 0x74, 0x0a: 0x6e, 0x0d: 0x72 },
  [backslash]: backslash,
};
const special: readonly number[] = Object.keys(signs).map(Number);
const letters: Uint8Array = Uint8Array.from({ length: 256 }, (_none, byte) => signs[byte] ?? 0);

/** UTF-8 has none of these bytes within another character. */
function escaped(bytes: Uint8Array): Uint8Array {
  if (special.every((sign) => !bytes.includes(sign))) return bytes;
  const text = new Uint8Array(bytes.length * 2);
  let end = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const letter = letters[byte] ?? 0;
    if (letter !== 0) text[end++] = backslash;
    text[end++] = letter === 0 ? byte : letter;
  }
  return text.subarray(0, end);
}

function statementOf(table: ChangedTable, row: LargeRow): string {
  const { kind, hasOld, columns, unchanged, oldKeys, newKeys } = row;
  const target = `${onlyOf(table)}${table.name} as changed`;
  if (kind === "I") {
    const names = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
    const values = columns.map(newName).join(", ");
    return `insert into ${table.name} (${names}) overriding system value select ${values} from ${own}`;
  }
  const nameOfKey = hasOld ? oldName : newName;
  const where = columns
    .filter(isKey)
    .map((column) => {
      const { name, equals } = column;
      return `changed.${quoteIdentifier(name)} ${equals} change.${nameOfKey(column)}`;
    })
    .join(" and ");
  if (kind === "D") return `delete from ${target} using ${own} as change where ${where}`;
  const isOtherKey = (column: ChangedColumn): boolean =>
    hasOld && newKeys.get(column) !== oldKeys.get(column);
  const sets = columns
    .filter((column) => !unchanged.has(column) && (!isKey(column) || isOtherKey(column)))
    .map((column) => `${quoteIdentifier(column.name)} = change.${newName(column)}`);
  return sets.length === 0
    ? `select from ${target}, ${own} as change where ${where}`
    : `update ${target} set ${sets.join(", ")} from ${own} as change where ${where}`;
}
