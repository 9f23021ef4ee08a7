/**
 * The rules by which values are replaced on their way out, as they are written down: which column gets what. Read
 * from JSON; a rule that is not understood is refused, since a column that stays in clear by mistake is a leak.
 */
import { LockstepError } from "../../core/errors.ts";
import { matchesPart, splitName, type NamePart } from "../names.ts";

export type FakeKind =
  | ("city" | "company" | "date" | "email" | "first-name" | "ip" | "last-name" | "name")
  | ("number" | "phone" | "postcode" | "street" | "text" | "username");

export const fakeKinds: readonly FakeKind[] = [
  ...(["city", "company", "date", "email", "first-name", "ip", "last-name", "name"] as const),
  ...(["number", "phone", "postcode", "street", "text", "username"] as const),
];

export type MaskRule =
  /** As it is, although a wider rule says otherwise. */
  | { readonly kind: "keep" }
  | { readonly kind: "null" }
  | { readonly kind: "value"; readonly value: string }
  /** Keyed, so that nobody without the key can try values. */
  | { readonly kind: "hash" }
  | { readonly kind: "fake"; readonly fake: FakeKind }
  | { readonly kind: "sql"; readonly expression: string };

export interface MaskEntry {
  /** As it was written. */
  readonly pattern: string;
  /** `column` preceded by table and schema, where they are given. */
  readonly parts: readonly NamePart[];
  readonly rule: MaskRule;
}

export type MaskRules = readonly MaskEntry[];

export const noMask: MaskRules = [];

/** `{ "columns": { "users.email": "fake:email", ... } }` */
export function readMaskRules(document: unknown, file: string): MaskRules {
  const columns = objectOf(document)?.["columns"];
  const entries = objectOf(columns);
  const extra = Object.keys(objectOf(document) ?? {}).filter((key) => key !== "columns");
  if (entries === undefined || extra.length > 0) {
    const why = extra.length > 0 ? `it has no use for "${extra[0]}"` : "it has no object columns";
    throw refuse(file, `${why}; it is {"columns": {"table.column": rule}}`);
  }
  return Object.entries(entries).map(([pattern, value]) => {
    const parts = splitName(pattern);
    if (parts.length < 2 || parts.length > 3) {
      throw refuse(file, `"${pattern}" is not table.column or schema.table.column`);
    }
    return { pattern, parts, rule: readRule(value, { pattern, file }) };
  });
}

interface RulePlace {
  readonly pattern: string;
  readonly file: string;
}

function readRule(value: unknown, { pattern, file }: RulePlace): MaskRule {
  const rule = typeof value === "object" && value !== null ? objectRule(value) : wordRule(value);
  if (rule !== undefined) return rule;
  const kinds = fakeKinds.join(", ");
  const forms = `"null", "hash", "keep", "fake:KIND" (${kinds}), {"value": ...} or {"sql": "..."}`;
  throw refuse(file, `the rule of ${pattern} is none of ${forms}`);
}

function wordRule(value: unknown): MaskRule | undefined {
  if (value === null || value === "null") return { kind: "null" };
  if (value === "hash" || value === "keep") return { kind: value };
  const fake = fakeKinds.find((kind) => value === `fake:${kind}`);
  return fake === undefined ? undefined : { kind: "fake", fake };
}

function objectRule(value: object): MaskRule | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [key, content]: readonly [string, unknown] = entry;
  if (key === "value" && isScalar(content)) return { kind: "value", value: String(content) };
  if (key === "sql" && typeof content === "string") return { kind: "sql", expression: content };
  return undefined;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function refuse(file: string, why: string): LockstepError {
  return new LockstepError("DATA.MASK_INVALID", `${file} is no set of mask rules: ${why}`);
}

export interface ColumnPlace {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

export function matchesColumn({ parts }: MaskEntry, place: ColumnPlace): boolean {
  const names = [place.schema, place.table, place.column].slice(-parts.length);
  return parts.every((part, position) => matchesPart(part, names[position] ?? ""));
}

/** What names the column more exactly counts; of two alike, the one that stands later. */
export function ruleOf(rules: MaskRules, place: ColumnPlace): MaskEntry | undefined {
  let best: MaskEntry | undefined;
  for (const entry of rules) {
    if (!matchesColumn(entry, place)) continue;
    if (best === undefined || exactness(entry) >= exactness(best)) best = entry;
  }
  return best;
}

function exactness({ parts }: MaskEntry): number {
  const exact = parts.filter(({ text, quoted }) => quoted || !text.includes("*"));
  return exact.length * 4 + parts.length;
}
