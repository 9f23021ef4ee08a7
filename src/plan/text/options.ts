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

/** SET puts what it names behind the rest: what is to stand behind a changed option is said again. */
export function changedParameters(
  from: Options = {},
  to: Options = {},
  prefix = "",
): OptionsChange {
  const isSame = (name: string): boolean => from[name] === to[name];
  const gone = Object.keys(from).filter((name) => to[name] === undefined);
  const said = Object.entries(to).slice(inPlace(from, to, isSame));
  return {
    set: storageParameters(Object.fromEntries(said), prefix),
    reset: gone.map((name) => `${prefix}${quoteIdentifier(name)}`),
  };
}

/** How many of the wanted options, counted from the first, stand in their order already and can stay. */
function inPlace(from: Options, to: Options, canStay: (name: string) => boolean): number {
  const names = Object.keys(from);
  const places = Object.keys(to).map((name) => (canStay(name) ? names.indexOf(name) : -1));
  const end = places.findIndex((place, at) => place <= (places[at - 1] ?? -1));
  return end === -1 ? places.length : end;
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

/**
 * `OPTIONS (ADD a '1', SET b '2', DROP c)`; undefined when nothing differs. ADD puts an option last, so that what is to
 * stand behind a new one is dropped and added again.
 */
export function foreignOptionsChange(
  from: Options = {},
  to: Options = {},
  more: readonly string[] = [],
): string | undefined {
  const stays = inPlace(from, to, () => true);
  const parts: string[] = [...more];
  for (const name of Object.keys(from)) {
    if (to[name] === undefined) parts.push(`DROP ${quoteIdentifier(name)}`);
  }
  for (const [at, [name, value]] of Object.entries(to).entries()) {
    const option = `${quoteIdentifier(name)} ${quoteLiteral(value)}`;
    if (at >= stays && from[name] !== undefined) parts.push(`DROP ${quoteIdentifier(name)}`);
    if (at >= stays) parts.push(`ADD ${option}`);
    else if (from[name] !== value) parts.push(`SET ${option}`);
  }
  return parts.length === 0 ? undefined : `OPTIONS (${parts.join(", ")})`;
}
