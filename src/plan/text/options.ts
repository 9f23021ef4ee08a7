/** Lists of options in their three dialects: WITH (a = 1), OPTIONS (a '1'), and the ALTER forms of both. */
import type { Options } from "../../catalog/payloads/relations.ts";
import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";

/** `fillfactor = 70, autovacuum_enabled = false`; the prefix is `toast.` for a TOAST table's. */
export function storageParameters(options: Options | undefined, prefix = ""): readonly string[] {
  return Object.entries(options ?? {}).map(
    ([name, value]) => `${prefix}${quoteIdentifier(name)} = ${optionValue(value)}`,
  );
}

/** Numbers and plain words stand bare, as a person would write them; the rest is a string. */
function optionValue(value: string): string {
  return /^-?\d+(\.\d+)?$/.test(value) || /^(true|false|on|off|auto|local|cascaded)$/.test(value)
    ? value
    : quoteLiteral(value);
}

export function withClause(parameters: readonly string[]): string {
  return parameters.length === 0 ? "" : ` WITH (${parameters.join(", ")})`;
}

export interface OptionsChange {
  /** `SET (...)` parts. */
  readonly set: readonly string[];
  /** Names for `RESET (...)`. */
  readonly reset: readonly string[];
}

export function changedParameters(
  from: Options | undefined,
  to: Options | undefined,
  prefix = "",
): OptionsChange {
  const changed = Object.entries(to ?? {}).filter(([name, value]) => from?.[name] !== value);
  const gone = Object.keys(from ?? {}).filter((name) => to?.[name] === undefined);
  return {
    set: storageParameters(Object.fromEntries(changed), prefix),
    reset: gone.map((name) => `${prefix}${quoteIdentifier(name)}`),
  };
}

/** The SET and RESET clauses of a change, none when nothing differs. */
export function parameterClauses(...changes: readonly OptionsChange[]): readonly string[] {
  const set = changes.flatMap((change) => change.set);
  const reset = changes.flatMap((change) => change.reset);
  return [
    ...(reset.length > 0 ? [`RESET (${reset.join(", ")})`] : []),
    ...(set.length > 0 ? [`SET (${set.join(", ")})`] : []),
  ];
}

/** ` OPTIONS (host 'a', port '1')` of foreign objects. */
export function foreignOptions(options: Options | undefined): string {
  const parts = Object.entries(options ?? {}).map(
    ([name, value]) => `${quoteIdentifier(name)} ${quoteLiteral(value)}`,
  );
  return parts.length === 0 ? "" : ` OPTIONS (${parts.join(", ")})`;
}

/** `OPTIONS (ADD a '1', SET b '2', DROP c)`; undefined when nothing differs. */
export function foreignOptionsChange(
  from: Options | undefined,
  to: Options | undefined,
  more: readonly string[] = [],
): string | undefined {
  const parts: string[] = [...more];
  for (const name of Object.keys(from ?? {})) {
    if (to?.[name] === undefined) parts.push(`DROP ${quoteIdentifier(name)}`);
  }
  for (const [name, value] of Object.entries(to ?? {})) {
    if (from?.[name] === value) continue;
    const verb = from?.[name] === undefined ? "ADD" : "SET";
    parts.push(`${verb} ${quoteIdentifier(name)} ${quoteLiteral(value)}`);
  }
  return parts.length === 0 ? undefined : `OPTIONS (${parts.join(", ")})`;
}
