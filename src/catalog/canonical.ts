/**
 * The canonical text of a payload: RFC 8785 (JSON with keys in the order of their code units and no white space).
 * FORMATS.md documents it byte for byte; a change here changes every fingerprint in every lock file.
 */
import type { JsonValue } from "../core/errors.ts";
import type { Payload } from "./fact.ts";

export function canonicalText(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalText).join(",")}]`;
  return canonicalRecord(value, undefined);
}

/** Leaves attributes of the record itself aside, not of records within it. */
export function canonicalRecord(record: Payload, aside: readonly string[] | undefined): string {
  let text = "{";
  for (const key of Object.keys(record).sort()) {
    const value = record[key];
    if (value === undefined || aside?.includes(key) === true) continue;
    text += `${text === "{" ? "" : ","}${JSON.stringify(key)}:${canonicalText(value)}`;
  }
  return `${text}}`;
}

function isList(value: Payload | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}
