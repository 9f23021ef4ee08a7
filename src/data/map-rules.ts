/** A map as it is written down: a JSON document, or `old=new` on the command line. */
import { LockstepError } from "../core/errors.ts";
import { noMap, type MapRules, type SourceTable } from "./mapping.ts";
import { matchesTable, splitName } from "./names.ts";

export function readMapRules(document: unknown, file: string): MapRules {
  const given = objectOf(document);
  if (given === undefined) throw invalid(file, "it is no object");
  const known = Object.keys(noMap);
  const extra = Object.keys(given).find((key) => !known.includes(key));
  if (extra !== undefined) throw invalid(file, `"${extra}" is none of ${known.join(", ")}`);
  return {
    tables: entriesOf(given["tables"], { file, key: "tables", read: nameOrNull }),
    columns: entriesOf(given["columns"], { file, key: "columns", read: nameOrNull }),
    values: entriesOf(given["values"], { file, key: "values", read: valuesOf }),
    expressions: entriesOf(given["expressions"], { file, key: "expressions", read: textOnly }),
  };
}

interface Reading<Value> {
  readonly file: string;
  readonly key: string;
  readonly read: (value: unknown) => Value | undefined;
}

function entriesOf<Value>(
  value: unknown,
  { file, key, read }: Reading<Value>,
): Readonly<Record<string, Value>> {
  if (value === undefined) return {};
  const given = objectOf(value);
  if (given === undefined) throw invalid(file, `${key} is no object`);
  return Object.fromEntries(
    Object.entries(given).map(([name, entry]) => {
      const found = read(entry);
      if (found === undefined) throw invalid(file, `${key} has for "${name}" what it can't be`);
      return [name, found];
    }),
  );
}

function nameOrNull(value: unknown): string | null | undefined {
  if (value === null) return null;
  return textOnly(value);
}

function textOnly(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function valuesOf(value: unknown): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(objectOf(value) ?? {});
  if (entries.length === 0 || entries.some(([, to]) => typeof to !== "string")) return undefined;
  return Object.fromEntries(entries.map(([from, to]) => [from, String(to)]));
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function invalid(file: string, why: string): LockstepError {
  return new LockstepError("DATA.MAP_INVALID", `${file} is no map: ${why}`);
}

/** `users=people`, `users.mail=users.email`, `users.legacy=` (left out), in view of the tables that there are. */
export function withPairs(
  rules: MapRules,
  pairs: readonly string[],
  sources: readonly SourceTable[],
): MapRules {
  const tables: Record<string, string | null> = { ...rules.tables };
  const columns: Record<string, string | null> = { ...rules.columns };
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [from, to] = [pair.slice(0, at), pair.slice(at + 1)];
    const parts = splitName(from);
    if (sources.some((table) => matchesTable(parts, table))) {
      tables[from] = to === "" ? null : to;
      continue;
    }
    if (to === "") {
      columns[from] = null;
      continue;
    }
    const names = splitName(to);
    columns[from] = names.at(-1)?.text ?? null;
    const oldTable = dotted(parts.slice(0, -1));
    const newTable = dotted(names.slice(0, -1));
    const isOther = names.length > 1 && names.at(-2)?.text !== parts.at(-2)?.text;
    if (isOther && tables[oldTable] === undefined) tables[oldTable] = newTable;
  }
  return { ...rules, tables, columns };
}

function dotted(parts: readonly { readonly text: string }[]): string {
  return parts.map(({ text }) => `"${text.replaceAll('"', '""')}"`).join(".");
}
