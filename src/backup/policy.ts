/**
 * Whether a deploy is preceded by a backup, and of what. Pure: it is told what the plan can harm, how large the
 * tables are, and what the user wants. It never decides that a harm which is known may go without a backup.
 */
import type { BackupConfig, BackupPolicy } from "../project/config.ts";
import type { HarmFound, HarmOnDatabase, LiveTable } from "./harmed-tables.ts";
import { matchesAny, type TableName } from "./selection.ts";

export type BackupDecision =
  | { readonly kind: "none"; readonly reason: string }
  | {
      readonly kind: "database" | "tables";
      readonly reason: string;
      readonly bytes: number;
      /** Of `tables`. */
      readonly tables: readonly TableName[];
      /** What is not covered, and why. */
      readonly gaps: readonly string[];
    }
  /** More is not known than may be backed up, and nobody asked for a policy: it goes on, and says so. */
  | { readonly kind: "uncovered"; readonly reason: string }
  | {
      readonly kind: "too-large";
      readonly bytes: number;
      readonly maxBytes: number;
      readonly what: string;
    };

export interface PolicyQuestion {
  readonly policy: BackupPolicy;
  readonly config: BackupConfig;
  /** Somebody wrote the policy down: then what it can't keep is refused. */
  readonly isExplicit: boolean;
  readonly harm: HarmOnDatabase;
  readonly live: readonly LiveTable[];
  /** Sequences and large objects that the role may not read: no backup of the whole database can hold them. */
  readonly unreadable: readonly string[];
}

/** A whole backup of this much takes a second or two, and restores in one piece. */
export const cheapBytes: number = 64 * 1024 * 1024;

/** What is copied to a disk that nobody named, when nobody said how much may be. */
export const defaultMaxBytes: number = 1024 * 1024 * 1024;

export function decideBackup(question: PolicyQuestion): BackupDecision {
  const { policy, config, live } = question;
  if (policy === "never") return none("the policy is never");
  const filled = live.filter(({ hasRows }) => hasRows);
  if (filled.length === 0) return none("the database holds no rows");
  const isSelective = config.schemas.length > 0 || config.tables.length > 0;
  if (policy === "always" || (isSelective && config.policy === undefined)) {
    const wanted = filled.filter((table) => isSelected(table, config));
    return decideAlways(question, wanted, isSelective);
  }
  return decideByHarm(question, filled, isSelective);
}

/** A name that is misspelt would else mean that something is never backed up, and nobody would hear of it. */
function idleChoices({ config, live }: PolicyQuestion): readonly string[] {
  const { schemas, tables } = config;
  const idle = [
    ...schemas.filter((schema) => !live.some((table) => table.schema === schema)),
    ...tables.filter((text) => !live.some((table) => matchesAny(table, [text]))),
  ];
  return idle.map((text) => `the config chooses ${text}, and there is no such table`);
}

function isSelected(table: TableName, { schemas, tables }: BackupConfig): boolean {
  if (schemas.length === 0 && tables.length === 0) return true;
  return schemas.includes(table.schema) || matchesAny(table, tables);
}

function decideAlways(
  question: PolicyQuestion,
  wanted: readonly LiveTable[],
  isSelective: boolean,
): BackupDecision {
  const reason =
    question.policy === "always" ? "the policy is always" : "the config chooses what is backed up";
  const gaps = idleChoices(question);
  if (isSelective && wanted.length === 0) {
    if (gaps.length > 0) return { kind: "uncovered", reason: gaps.join("; ") };
    return none("the tables that are chosen hold no rows");
  }
  const bytes = sizeOf(wanted);
  const what = isSelective ? "the tables that are chosen" : "the database";
  const { maxBytes = Infinity } = question.config;
  if (bytes > maxBytes) return { kind: "too-large", bytes, maxBytes, what };
  if (!isSelective) return { kind: "database", reason, bytes, tables: [], gaps: [] };
  return { kind: "tables", reason, bytes, tables: wanted.map(nameOf), gaps };
}

function decideByHarm(
  question: PolicyQuestion,
  filled: readonly LiveTable[],
  isSelective: boolean,
): BackupDecision {
  const { config, harm } = question;
  const found = harm.tables.filter(({ table }) => isSelected(table, config));
  const gaps = [
    ...harm.tables
      .filter((each) => !found.includes(each))
      .map((each) => `${labelOf(each)}, and it is not among the tables that are chosen`),
    ...idleChoices(question),
  ];
  if (found.length === 0 && harm.unknown.length === 0) {
    if (gaps.length > 0) return { kind: "uncovered", reason: gaps.join("; ") };
    return none("nothing in the plan changes or drops rows that are there");
  }
  const about: ByHarm = { found, gaps, reason: reasonOf(found, harm.unknown) };
  const denied = deniedOf(question, isSelective);
  if (denied.length > 0 && !(question.isExplicit && harm.unknown.length > 0)) {
    return decideByReadable(question, filled, { ...about, denied });
  }
  return decideBySize(question, filled, about);
}

interface ByHarm {
  /** Known to be harmed, and chosen. */
  readonly found: readonly HarmFound[];
  readonly gaps: readonly string[];
  readonly reason: string;
}

function decideBySize(
  question: PolicyQuestion,
  filled: readonly LiveTable[],
  { found, gaps, reason }: ByHarm,
): BackupDecision {
  const { config, harm } = question;
  const isSelective = config.schemas.length > 0 || config.tables.length > 0;
  const maxBytes = config.maxBytes ?? defaultMaxBytes;
  const whole = filled.filter((table) => isSelected(table, config));
  const wholeBytes = sizeOf(whole);
  const isUnknown = harm.unknown.length > 0;
  const isWhole = wholeBytes <= Math.min(isUnknown ? maxBytes : cheapBytes, maxBytes);
  if (isWhole && whole.length > 0) {
    const tables = isSelective ? whole.map(nameOf) : [];
    return { kind: isSelective ? "tables" : "database", reason, bytes: wholeBytes, tables, gaps };
  }
  const doubts = doubtsOf(harm);
  if (isUnknown && question.isExplicit && whole.length > 0) {
    const what = `the database (${doubts.join("")})`;
    return { kind: "too-large", bytes: wholeBytes, maxBytes, what };
  }
  return ofHarmed(found, { maxBytes, reason, gaps: [...gaps, ...doubts] });
}

/**
 * The role may not read everything. What is known to be harmed is backed up all the same, and refused when that can't
 * be read; where a harm is not known, all else that it may read goes with it, and what it may not is said.
 */
function decideByReadable(
  { config, harm }: PolicyQuestion,
  filled: readonly LiveTable[],
  { found, gaps, reason: harmed, denied }: ByHarm & { readonly denied: readonly string[] },
): BackupDecision {
  const maxBytes = config.maxBytes ?? defaultMaxBytes;
  const hidden = `the role may not read ${shorten(denied, ", ")}`;
  const reason = `${harmed} (${hidden}, which is not in it)`;
  if (harm.unknown.length === 0) return ofHarmed(found, { maxBytes, reason, gaps });
  const known = new Set(found.map(({ table }) => table));
  const wider = filled.filter(
    (table) => known.has(table) || (table.isReadable && isSelected(table, config)),
  );
  const doubts = doubtsOf(harm);
  const bytes = sizeOf(wider);
  if (wider.length > 0 && bytes <= maxBytes) {
    const unread = `${doubts.join("")}, and ${hidden}`;
    return { kind: "tables", reason, bytes, tables: wider.map(nameOf), gaps: [...gaps, unread] };
  }
  return ofHarmed(found, { maxBytes, reason, gaps: [...gaps, ...doubts, hidden] });
}

interface HarmedOnly {
  readonly maxBytes: number;
  readonly reason: string;
  readonly gaps: readonly string[];
}

function ofHarmed(
  found: readonly HarmFound[],
  { maxBytes, reason, gaps }: HarmedOnly,
): BackupDecision {
  const bytes = sizeOf(found.map(({ table }) => table));
  if (bytes > maxBytes) {
    return { kind: "too-large", bytes, maxBytes, what: found.map(labelOf).join(", ") };
  }
  if (found.length === 0) return { kind: "uncovered", reason: gaps.join("; ") };
  return { kind: "tables", reason, bytes, tables: found.map(({ table }) => nameOf(table)), gaps };
}

function deniedOf(
  { config, live, unreadable }: PolicyQuestion,
  isSelective: boolean,
): readonly string[] {
  const tables = live.filter((table) => !table.isReadable && isSelected(table, config));
  const names = tables.map(({ schema, name }) => `${schema}.${name}`).sort();
  return isSelective ? names : [...names, ...unreadable];
}

function doubtsOf({ unknown }: HarmOnDatabase): readonly string[] {
  return unknown.length === 0 ? [] : [`what these do is not known: ${unknown.join(", ")}`];
}

function shorten(parts: readonly string[], separator: string): string {
  const shown = parts.slice(0, 4).join(separator);
  return parts.length > 4 ? `${shown}${separator}and ${parts.length - 4} more` : shown;
}

function reasonOf(found: readonly HarmFound[], unknown: readonly string[]): string {
  return shorten([...found.map(labelOf), ...unknown], "; ");
}

function labelOf({ table, reasons }: HarmFound): string {
  return `${table.schema}.${table.name} is ${reasons.join(", ")}`;
}

function nameOf({ schema, name }: LiveTable): TableName {
  return { schema, name };
}

function sizeOf(tables: readonly LiveTable[]): number {
  return tables.reduce((sum, table) => sum + table.bytes, 0);
}

function none(reason: string): BackupDecision {
  return { kind: "none", reason };
}
