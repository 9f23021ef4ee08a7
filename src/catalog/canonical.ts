/**
 * The canonical text of a payload: RFC 8785 (JSON with keys in the order of their code units and no white space).
 * FORMATS.md documents it byte for byte; a change here changes every fingerprint in every lock file.
 */
import type { JsonValue } from "../core/errors.ts";
import type { Payload } from "./fact.ts";

export function canonicalText(value: JsonValue): string {
  if (typeof value === "string") return canonicalString(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (!isList(value)) return canonicalRecord(value, undefined);
  let text = "[";
  for (const element of value) text += `${text === "[" ? "" : ","}${canonicalText(element)}`;
  return `${text}]`;
}

/** Leaves attributes of the record itself aside, not of records within it. */
export function canonicalRecord(record: Payload, aside: readonly string[] | undefined): string {
  let text = "{";
  for (const key of sortedKeys(record)) {
    const value = record[key];
    if (value === undefined || aside?.includes(key) === true) continue;
    if (text.length > 1) text += ",";
    text += `${canonicalString(key)}:${canonicalText(value)}`;
  }
  return `${text}}`;
}

const fewKeys = 8;

/** By insertion where they are few, as they are in most payloads: this runs for every record of a catalog. */
function sortedKeys(record: Payload): readonly string[] {
  const keys = Object.keys(record);
  if (keys.length > fewKeys) return keys.sort();
  for (let end = 1; end < keys.length; end += 1) {
    const key = keys[end] ?? "";
    let at = end;
    for (let before = keys[at - 1] ?? ""; at > 0 && before > key; before = keys[at - 1] ?? "") {
      keys[at] = before;
      at -= 1;
    }
    keys[at] = key;
  }
  return keys;
}

/** Nothing in it needs escaping: by far the most, and JSON.stringify is slow for short strings. */
const plain = /^[ !#-[\]-~]*$/;

function canonicalString(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

function isList(value: Payload | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}
