/** Small conversions from catalog columns to payload attributes, shared by the families. */
import type { Options, QualifiedName } from "../../../catalog/payloads/relations.ts";

type Attributes<T> = { readonly [A in keyof T]: T[A] | undefined | null };

/** A payload without the attributes that have their default: undefined and null are left out. */
export function defined<T extends object>(attributes: Attributes<T>): T {
  const payload: Record<string, unknown> = {};
  for (const attribute in attributes) {
    const value: unknown = attributes[attribute];
    if (value !== undefined && value !== null) payload[attribute] = value;
  }
  // Only undefined and null were taken out, and T may not have those.
  return payload as T;
}

export function flag(value: boolean | null | undefined): true | undefined {
  return value === true ? true : undefined;
}

export function unless<T>(value: T, usual: T): T | undefined {
  return value === usual ? undefined : value;
}

export function nonEmpty<T>(list: readonly T[] | null | undefined): readonly T[] | undefined {
  return list === null || list === undefined || list.length === 0 ? undefined : list;
}

/** `{fillfactor=70}` as the catalog keeps options, in its order, which a dump keeps; comparison has no order. */
export function optionsOf(entries: readonly string[] | null | undefined): Options | undefined {
  if (entries === null || entries === undefined || entries.length === 0) return undefined;
  const pairs = entries.map((entry): [string, string] => {
    const at = entry.indexOf("=");
    return at === -1 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  return Object.fromEntries(pairs);
}

export function qualified(schema: string, name: string): QualifiedName {
  return { schema, name };
}

const enableStates = { D: "disabled", R: "replica", A: "always" } as const;

/** Of triggers, rules and event triggers; absent is enabled. */
export function enableState(letter: string): "disabled" | "replica" | "always" | undefined {
  return letter === "D" || letter === "R" || letter === "A" ? enableStates[letter] : undefined;
}

const storages = { p: "plain", e: "external", x: "extended", m: "main" } as const;

export function storageName(
  letter: string,
): "plain" | "external" | "extended" | "main" | undefined {
  return letter === "p" || letter === "e" || letter === "x" || letter === "m"
    ? storages[letter]
    : undefined;
}
