/**
 * `-- lockstep: backfill` and `-- lockstep: verify QUERY`: whole comment lines that make a migration one that runs in
 * batches. Reads comments, never SQL.
 */
import { LockstepError } from "../core/errors.ts";
import { parseDuration } from "../core/duration.ts";
import type { SqlText } from "./migration.ts";

export interface BackfillOptions {
  /** Columns of a unique key; undefined: the primary key, else any. */
  readonly key: readonly string[] | undefined;
  /** Rows of the first batch. */
  readonly batch: number;
  readonly batchMax: number;
  /** How long a batch should take; 0: batches stay as large as the first. */
  readonly targetMs: number;
  /** Rows in a second at most; 0: no limit. */
  readonly rate: number;
  /** The part of the time that is worked, from 0.01 to 1. */
  readonly pace: number;
  /** Of any standby; 0: not looked at, as with the next three. */
  readonly maxLagMs: number;
  /** Sessions that wait for locks. */
  readonly maxLockWaits: number;
  readonly maxActive: number;
  /** Megabytes of WAL in a second, by anybody. */
  readonly maxWal: number;
}

export const backfillDefaults: BackfillOptions = {
  ...{ key: undefined, batch: 1_000, batchMax: 100_000, targetMs: 250, rate: 0, pace: 1 },
  ...{ maxLagMs: 10_000, maxLockWaits: 5, maxActive: 0, maxWal: 0 },
};

export interface BackfillMarks {
  readonly options: BackfillOptions;
  /** Each must give no row, or one that is true. */
  readonly verify: readonly string[];
}

const mark = /^[ \t]*--[ \t]*lockstep:[ \t]*(backfill|verify)\b[ \t]*(.*?)[ \t]*\r?$/gim;

/** Undefined for a migration without the mark. */
export function readBackfillMarks({ path, text, line }: SqlText): BackfillMarks | undefined {
  if (!text.includes("lockstep:")) return undefined;
  let options: BackfillOptions | undefined;
  const verify: string[] = [];
  for (const match of text.matchAll(mark)) {
    const [, word = "", rest = ""] = match;
    if (word.toLowerCase() === "verify") verify.push(rest.replace(/;\s*$/, ""));
    else {
      const at = line + text.slice(0, match.index).split("\n").length - 1;
      options = readOptions(rest, { file: path, line: at });
    }
  }
  return options === undefined ? undefined : { options, verify };
}

type Place = { readonly file: string; readonly line: number };
type Reader = (value: string) => Partial<BackfillOptions> | undefined;

const number =
  (name: keyof BackfillOptions, least: number): Reader =>
  (value) => {
    const amount = Number(value);
    return Number.isFinite(amount) && value !== "" && amount >= least
      ? { [name]: amount }
      : undefined;
  };
const duration =
  (name: keyof BackfillOptions): Reader =>
  (value) => {
    const amount = parseDuration(value);
    return amount === undefined ? undefined : { [name]: amount };
  };

/** Every option of the mark. */
export const backfillReaders: Readonly<Record<string, Reader>> = {
  key: (value) => (value === "" ? undefined : { key: value.split(",").map((name) => name.trim()) }),
  batch: number("batch", 1),
  "batch-max": number("batchMax", 1),
  target: duration("targetMs"),
  rate: number("rate", 0),
  pace: (value) => {
    const amount = Number(value);
    return amount >= 0.01 && amount <= 1 ? { pace: amount } : undefined;
  },
  "max-lag": duration("maxLagMs"),
  "max-lock-waits": number("maxLockWaits", 0),
  "max-active": number("maxActive", 0),
  "max-wal": number("maxWal", 0),
};

function readOptions(rest: string, where: Place): BackfillOptions {
  let options = backfillDefaults;
  for (const word of rest.split(/\s+/).filter((part) => part !== "")) {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    const found = backfillReaders[name]?.(equals < 0 ? "" : word.slice(equals + 1));
    if (found === undefined) throw unknownOption(word, where);
    options = { ...options, ...found };
  }
  return options;
}

function unknownOption(word: string, where: Place): LockstepError {
  const names = Object.keys(backfillReaders).join(", ");
  return new LockstepError(
    "BACKFILL.OPTION",
    `${JSON.stringify(word)} is no option of a backfill`,
    {
      where,
      next: `Write NAME=VALUE; the names are ${names}.`,
    },
  );
}
