/**
 * Gathers the answer to a query or a script: one result per statement, and where it stopped. A statement that
 * turns out to be a COPY is refused on the spot, since its data could only come from somewhere else.
 */
import { serialize } from "pg-protocol";
import type { Row, ServerError, StatementResult } from "../../ports/database.ts";
import type { BackendMessage, FieldDescription } from "./messages.ts";
import { toServerError } from "./server-error.ts";
import { decoderOf } from "./values.ts";
import type { Wire } from "./wire.ts";

export interface Collector {
  readonly results: readonly StatementResult[];
  readonly failure: () => ServerError | undefined;
  readonly take: (message: BackendMessage) => void;
}

/** With `take` the rows are handed on and not kept. */
export function openCollector(wire: Wire, extended: boolean, take?: (row: Row) => void): Collector {
  const results: StatementResult[] = [];
  let failure: ServerError | undefined;
  let columns: readonly Column[] = [];
  let rows: Row[] = [];
  const onRow = take ?? ((row: Row): void => void rows.push(row));
  const finish = (tag: string): void => {
    const last = results.at(-1);
    const isBare = columns.length === 0 && rows.length === 0;
    if (isBare && last?.tag === tag && last.fields.length === 0 && last.rows.length === 0) {
      // A script of 200,000 INSERTs is answered with as many times the same.
      results.push(last);
      return;
    }
    results.push({ tag, rows, fields: columns.map((column) => column.name) });
    rows = [];
    columns = [];
  };
  const receive = (message: BackendMessage): void => {
    switch (message.name) {
      case "rowDescription":
        columns = message.fields.map(toColumn);
        return;
      case "dataRow":
        onRow(toRow(columns, message.fields));
        return;
      case "commandComplete":
        finish(message.text);
        return;
      case "emptyQuery":
        finish("");
        return;
      case "error":
        failure ??= toServerError(message, results.length);
        return;
      case "copyInResponse":
        wire.send(serialize.copyFail("no data was given for this COPY"));
        // In the extended protocol the server swallows the Sync that it meets while it waits for data.
        if (extended) wire.send(serialize.sync());
        return;
      default:
    }
  };
  return { results, failure: () => failure, take: receive };
}

interface Column {
  readonly name: string;
  readonly decode: (text: string) => unknown;
}

function toColumn(field: FieldDescription): Column {
  return { name: field.name, decode: decoderOf(field.dataTypeID) };
}

function toRow(columns: readonly Column[], values: readonly (string | null)[]): Row {
  const row: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const text = values[index] ?? null;
    const value = text === null ? null : column.decode(text);
    if (column.name === "__proto__") defineOwn(row, column.name, value);
    else row[column.name] = value;
  }
  return row;
}

/** Assigning to `__proto__` would change the row's prototype instead of giving it a column. */
function defineOwn(row: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
}
