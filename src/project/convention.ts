/**
 * How this folder names its migrations, learnt from the newest one, and the next name in the same manner. Pure: the
 * clock is a value. A name that could not sort last is never given.
 */
import { LockstepError } from "../core/errors.ts";
import type { MigrationFile } from "./migration.ts";
import { marksOf } from "./section-marks.ts";
import { compareVersions, readStem, versionKey } from "./version.ts";

export type DownStyle =
  /** `X_rollback.sql`. */
  | { readonly kind: "suffix"; readonly suffix: string }
  /** `004_rollback.sql`. */
  | { readonly kind: "version"; readonly suffix: string }
  /** `<id>/down.sql`. */
  | { readonly kind: "folder"; readonly file: string }
  /** A section of the same file. */
  | { readonly kind: "section"; readonly up: string | undefined; readonly down: string };

export interface Convention {
  /** What stands before the version: `V`, or nothing. */
  readonly prefix: string;
  readonly separator: string;
  readonly wordSeparator: string;
  /** What follows the id: `.sql`, `.up.sql`, `/migration.sql`, `/up.sql`. */
  readonly ending: string;
  readonly down: DownStyle | undefined;
  /** The newest migration; the next one sorts after it. */
  readonly last: MigrationFile | undefined;
}

export type VersionChoice = "timestamp" | "sequential" | "as-before";

const fresh: Convention = {
  prefix: "",
  separator: "_",
  wordSeparator: "_",
  ending: ".sql",
  down: undefined,
  last: undefined,
};

export function inferConvention(migrations: readonly MigrationFile[], folder: string): Convention {
  const last = migrations.at(-1);
  const model = migrations.findLast((migration) => migration.kind === "sql") ?? last;
  if (last === undefined || model === undefined) return fresh;
  const inside = folder === "" ? model.path : model.path.slice(folder.length + 1);
  const named = migrations.findLast((migration) => migration.name !== "") ?? model;
  const start = Math.max(0, model.id.indexOf(writtenVersion(model)));
  const isUp = inside.startsWith(model.id) && model.kind === "sql";
  return {
    prefix: model.id.slice(0, start),
    separator: separatorOf(named),
    wordSeparator: named.name.includes("-") && !named.name.includes("_") ? "-" : "_",
    ending: isUp ? inside.slice(model.id.length) : ".sql",
    down: downStyle(migrations, folder),
    last,
  };
}

/** The digits in the id that count up: of `0.31/02__add_phone` the 02. */
function writtenVersion({ id, version, naming }: MigrationFile): string {
  const part = naming.endsWith("/version-folder-part") ? /\/(\d+)_/.exec(id)?.[1] : undefined;
  return part === undefined ? version : `/${part}`;
}

function separatorOf(migration: MigrationFile): string {
  const { id, name } = migration;
  if (name === "" || !id.endsWith(name)) return "_";
  const version = writtenVersion(migration);
  const start = id.indexOf(version) + version.length;
  return id.slice(start, id.length - name.length) || "_";
}

/** Only where the folder's newest migrations have a way back: one of long ago is no habit. */
function downStyle(migrations: readonly MigrationFile[], folder: string): DownStyle | undefined {
  const sql = migrations.filter((migration) => migration.kind === "sql").slice(-5);
  const model = sql.findLast((migration) => migration.down !== undefined);
  const count = sql.filter((migration) => migration.down !== undefined).length;
  if (model?.down === undefined || model.kind !== "sql" || count * 2 < sql.length) return undefined;
  if (model.down.path === model.path) return sectionStyle(model.down.text);
  const prefix = folder === "" ? "" : `${folder}/`;
  const inside = model.down.path.slice(prefix.length);
  if (inside.startsWith(`${model.id}/`))
    return { kind: "folder", file: inside.slice(model.id.length + 1) };
  if (inside.startsWith(model.id)) return { kind: "suffix", suffix: inside.slice(model.id.length) };
  const after = inside.slice(inside.indexOf(model.version) + model.version.length);
  const isByVersion =
    inside.includes(model.version) && /^[._-](?:rollback|down|undo)\.sql$/.test(after);
  return isByVersion ? { kind: "version", suffix: after } : { kind: "suffix", suffix: ".down.sql" };
}

function sectionStyle(downText: string): DownStyle {
  const { up, down } = marksOf(downText) ?? { up: "-- migrate:up", down: "-- migrate:down" };
  return { kind: "section", up, down };
}

export interface NextName {
  readonly id: string;
  readonly version: string;
  readonly name: string;
}

export interface NextNameOptions {
  /** Words, already checked. */
  readonly words: readonly string[];
  readonly choice: VersionChoice;
  /** UTC. */
  readonly now: Date;
}

export function nextName(convention: Convention, options: NextNameOptions): NextName {
  const version = nextVersion(convention, options);
  const name = options.words.join(convention.wordSeparator);
  const id = `${convention.prefix}${version}${convention.separator}${name}`;
  const stem = readStem(id);
  const { last } = convention;
  const sorts =
    stem !== undefined && (last === undefined || compareVersions(stem.order, last.order) > 0);
  if (!sorts) throw noPlace(id, last);
  return { id, version, name };
}

function nextVersion({ last, prefix }: Convention, { choice, now }: NextNameOptions): string {
  const before = last === undefined ? "" : writtenVersion(last);
  const isDate = last?.order.kind === "date";
  if (choice === "sequential") {
    if (isDate) throw datesComeLast(before);
    return last === undefined ? "001" : nextNumber(before);
  }
  if (last === undefined) return stamp("00000000_000000", now);
  if (isDate) return nextDate(before, now);
  if (choice === "timestamp")
    return prefix === "" ? stamp("00000000_000000", now) : stamp("0".repeat(14), now);
  return nextNumber(before, now);
}

/** The same punctuation with the digits of now; a moment later than the last one when the clock is behind it. */
function nextDate(before: string, now: Date): string {
  const digits = before.replaceAll(/\D/g, "").length;
  const candidate = stamp(before, now);
  if (compareVersions(versionKey(candidate), versionKey(before)) > 0) return candidate;
  if (digits === 8 && candidate === before) {
    // The second of the day: only a time can put it behind the first, whatever the two are called.
    return stamp(before.includes("-") ? `${before}-000000` : `${before}_000000`, now);
  }
  const moment = readMoment(before);
  if (moment === undefined || digits < 14)
    return stamp(digits === 8 ? before : "0".repeat(14), later(before, now));
  return stamp(before, new Date(moment.getTime() + 1000));
}

function later(before: string, now: Date): Date {
  const moment = readMoment(before) ?? now;
  const day = 86_400_000;
  return new Date(moment.getTime() + day);
}

function readMoment(version: string): Date | undefined {
  const digits = version.replaceAll(/\D/g, "").padEnd(14, "0");
  const [year, month, day, hour, minute, second] = [
    digits.slice(0, 4),
    digits.slice(4, 6),
    digits.slice(6, 8),
    digits.slice(8, 10),
    digits.slice(10, 12),
    digits.slice(12, 14),
  ].map(Number);
  const time = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Every digit of the template replaced, from the year down to the milliseconds, then zeros. */
function stamp(template: string, now: Date): string {
  const digits = now.toISOString().replaceAll(/\D/g, "");
  let next = 0;
  return template.replaceAll(/\d/g, () => digits[next++] ?? "0");
}

function nextNumber(before: string, now?: Date): string {
  const epoch = now === undefined ? undefined : epochLike(before, now);
  if (epoch !== undefined) return epoch;
  const match = /^(.*?)(\d+)$/.exec(before);
  if (match === null) return "001";
  const [, head = "", tail = ""] = match;
  return head + String(BigInt(tail) + 1n).padStart(tail.length, "0");
}

/** Seconds or milliseconds since 1970. */
function epochLike(before: string, now: Date): string | undefined {
  if (!/^\d{10}$|^\d{13}$/.test(before)) return undefined;
  const current = before.length === 10 ? Math.floor(now.getTime() / 1000) : now.getTime();
  return String(Math.max(current, Number(before) + 1));
}

function datesComeLast(before: string): LockstepError {
  const message = `the folder's migrations have dates (${before}), and a number would sort before them`;
  return new LockstepError("PROJECT.NAME_INVALID", message, { next: "Leave out --sequential." });
}

function noPlace(id: string, last: MigrationFile | undefined): LockstepError {
  const message = `${id} would not sort after ${last?.id ?? "what is there"}`;
  return new LockstepError("PROJECT.NAME_INVALID", message, {
    next: "Write the file by hand, or add --timestamp to begin with dates.",
  });
}
