/**
 * Values on their way to the server and back. Everything travels as text, byte strings excepted; a result's value
 * is decoded by its type's OID with this table alone, so no other user of the driver in the same process is touched.
 * int8, numeric and all dates stay strings: JavaScript's own types would lose digits.
 */
import type { SqlValue } from "../../ports/database.ts";

type Decode = (text: string) => unknown;

/** What a parameter becomes: text, raw bytes, or null. */
export function encodeValue(value: SqlValue): string | Buffer | null {
  if (value === null || typeof value === "string") return value;
  if (isList(value)) return encodeArray(value);
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
  return String(value);
}

function isList(value: SqlValue): value is readonly SqlValue[] {
  return Array.isArray(value);
}

function encodeArray(values: readonly SqlValue[]): string {
  return `{${values.map(encodeElement).join(",")}}`;
}

function encodeElement(value: SqlValue): string {
  if (value === null) return "NULL";
  if (isList(value)) return encodeArray(value);
  if (value instanceof Uint8Array) return `"\\\\x${Buffer.from(value).toString("hex")}"`;
  return `"${String(value).replace(/["\\]/g, "\\$&")}"`;
}

export function decoderOf(typeOid: number): Decode {
  return decoders.get(typeOid) ?? keepText;
}

const keepText: Decode = (text) => text;
const toBoolean: Decode = (text) => text === "t";
const toBytes: Decode = (text) => new Uint8Array(Buffer.from(text.slice(2), "hex"));
const toJson: Decode = (text) => JSON.parse(text);

/** Array types that catalog queries use; others stay text. */
const arrayElements: readonly (readonly [number, Decode])[] = [
  [1000, toBoolean],
  [1001, toBytes],
  [1002, keepText],
  [1003, keepText],
  [1005, Number],
  [1007, Number],
  [1009, keepText],
  [1014, keepText],
  [1015, keepText],
  [1016, keepText],
  [1028, Number],
  [1034, keepText],
  [1231, keepText],
];

const decoders: ReadonlyMap<number, Decode> = new Map<number, Decode>([
  [16, toBoolean],
  [17, toBytes],
  [21, Number],
  [22, spaceSeparated],
  [23, Number],
  [26, Number],
  [30, spaceSeparated],
  [114, toJson],
  [700, Number],
  [701, Number],
  [3802, toJson],
  ...arrayElements.map(([oid, element]): readonly [number, Decode] => [
    oid,
    (text) => decodeArray(text, element),
  ]),
]);

function spaceSeparated(text: string): readonly number[] {
  return text === "" ? [] : text.split(" ").map(Number);
}

/** An array's text: braces, commas, quoted elements, NULL, and dimensions before `=` when they don't begin at 1. */
export function decodeArray(text: string, element: Decode): readonly unknown[] {
  const start = text.startsWith("[") ? text.indexOf("=") + 1 : 0;
  const cursor = { text, at: start };
  return readArray(cursor, element);
}

interface Cursor {
  readonly text: string;
  at: number;
}

function readArray(cursor: Cursor, element: Decode): readonly unknown[] {
  const values: unknown[] = [];
  cursor.at += 1;
  while (cursor.text[cursor.at] !== "}") {
    const next = cursor.text[cursor.at];
    if (next === ",") cursor.at += 1;
    else if (next === "{") values.push(readArray(cursor, element));
    else if (next === '"') values.push(element(readQuoted(cursor)));
    else values.push(readBare(cursor, element));
  }
  cursor.at += 1;
  return values;
}

function readQuoted(cursor: Cursor): string {
  const { text } = cursor;
  let value = "";
  let from = cursor.at + 1;
  for (let at = from; ; at += 1) {
    const character = text[at];
    if (character === "\\") {
      value += text.slice(from, at);
      from = at + 1;
      at += 1;
    } else if (character === '"' || character === undefined) {
      cursor.at = at + 1;
      return value + text.slice(from, at);
    }
  }
}

function readBare(cursor: Cursor, element: Decode): unknown {
  const { text } = cursor;
  let end = cursor.at;
  while (end < text.length && text[end] !== "," && text[end] !== "}") end += 1;
  const value = text.slice(cursor.at, end);
  cursor.at = end;
  return value === "NULL" ? null : element(value);
}
