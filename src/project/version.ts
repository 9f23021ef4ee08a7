/**
 * Versions of migrations: how they are read out of a name and how they sort. Numbers sort by value however many
 * zeros stand in front, dates sort by the calendar however they are punctuated, and numbers come before dates, since
 * a folder that has both began with numbers.
 */
import type { VersionKey } from "./migration.ts";

/** A name without its endings, taken apart. */
export interface Stem {
  readonly version: string;
  readonly name: string;
  readonly order: VersionKey;
  readonly style: VersionStyle;
}

export interface VersionStyle {
  readonly id: string;
  /** Named groups: `version`, `name` where there can be one, `part` for what refines the version. */
  readonly pattern: RegExp;
  /** For the reference page. */
  readonly example: string;
  /** Several may share a version because it is no finer than a day, or because whole names are what counts. */
  readonly mayShareVersion?: true;
}

/** The first that matches wins, so the narrow ones stand first. */
export const versionStyles: readonly VersionStyle[] = [
  {
    id: "version-folder-part",
    pattern: /^v?(?<version>\d+(?:\.\d+)*)\/(?<part>\d+)_+(?<name>[^/]+)$/,
    example: "0.19/00__add_phone",
  },
  {
    id: "version-folder",
    pattern: /^v?(?<version>\d+(?:\.\d+)*)\/(?<name>[^/]+)$/,
    example: "v1.7/add_phone",
    mayShareVersion: true,
  },
  {
    id: "flyway",
    pattern: /^[Vv](?<version>\d+(?:[._]\d+)*)__(?<name>[^/]+)$/,
    example: "V1_2__add_phone",
  },
  {
    id: "letter-v",
    pattern: /^[Vv](?<version>\d+(?:\.\d+)*)[._-](?<name>[^\d._/-][^/]*)$/,
    example: "V0004.AddPhone",
  },
  {
    id: "date-time",
    pattern:
      /^(?<version>\d{4}-\d{1,2}-\d{1,2}[-T_]\d{2}[-:]?\d{2}(?:[-:]?\d{2})?(?:-\d{4})?)(?:[_-](?<name>[^/]+))?$/,
    example: "2025-11-20-093000_add_phone",
  },
  {
    id: "date",
    pattern: /^(?<version>\d{4}-\d{1,2}-\d{1,2})(?:[_-](?<name>[^/]+))?$/,
    example: "2025-11-20_add_phone",
    mayShareVersion: true,
  },
  {
    id: "date_parts",
    pattern: /^(?<version>\d{4}_\d{2}_\d{2}_\d{6})(?:[_-](?<name>[^/]+))?$/,
    example: "2026_11_20_093000_add_phone",
  },
  {
    id: "date_time",
    pattern: /^(?<version>\d{8}[_-](?:\d{6}|\d{4}))(?:[_-](?<name>[^/]+))?$/,
    example: "20261120_093000_add_phone",
  },
  {
    id: "number",
    pattern: /^(?<version>\d+(?:\.\d+)*)(?:(?:[._-]| - | )+(?<name>[^/]+))?$/,
    example: "004_add_phone",
  },
  {
    id: "word",
    pattern:
      /^(?:migration|migrate|patch|update|upgrade|delta)[_-]?v?(?<version>\d+(?:[.-]\d+)*)(?:[_-]+(?<name>[^/]+))?$/i,
    example: "migration_004_add_phone",
  },
  {
    id: "trailing-version",
    pattern: /^(?<name>[A-Za-z][A-Za-z_-]*?)[_-]+v?(?<version>\d+(?:\.\d+)+)$/,
    example: "upgrade-pre-1.6.0",
  },
];

/** True of all that one of them takes, and of a little more, since case does not count: one look instead of many. */
export function anyOf(patterns: readonly RegExp[]): RegExp {
  // A name of a group may stand only once in a pattern.
  const sources = patterns.map(({ source }) => source.replaceAll(/\(\?<\w+>/g, "(?:"));
  return new RegExp(sources.join("|"), "i");
}

/** Nearly all of thousands of names begin with a number and have none of the styles that stand before it. */
const fromNumber = versionStyles.slice(versionStyles.findIndex(({ id }) => id === "number"));
const beforeNumber = anyOf(
  versionStyles.flatMap((style) => (fromNumber.includes(style) ? [] : [style.pattern])),
);

export function readStem(stem: string): Stem | undefined {
  for (const style of beforeNumber.test(stem) ? versionStyles : fromNumber) {
    const groups = style.pattern.exec(stem)?.groups;
    const whole = groups?.["version"];
    if (whole === undefined) continue;
    const part = groups?.["part"];
    const version = part === undefined ? whole : `${whole}.${part}`;
    const order = versionKey(version);
    // A day alone is no moment, whatever its punctuation: 20251120_a and 20251120_b are neighbours, no clash.
    const isDay = order.kind === "date" && isCalendarDay(order.parts[0] ?? "");
    const found = isDay ? { ...style, mayShareVersion: true as const } : style;
    return { version, name: groups?.["name"] ?? "", order, style: found };
  }
  return undefined;
}

export function versionKey(version: string): VersionKey {
  const written = padded(version);
  const digits = punctuatedDate.test(written) ? written.replaceAll(/[-_:T]/g, "") : written;
  if (isDate(digits)) return { kind: "date", parts: [digits] };
  const parts = version.split(/[._-]/).map((part) => part.replace(/^0+(?=\d)/, ""));
  return { kind: "number", parts };
}

const punctuatedDate = /^(?:\d{4}([-_])\d{2}\1\d{2}(?:[-_T]|$)|\d{8}[-_]\d{4})[-_:T\d]*$/;

/** 2025-1-5 is the fifth of January. */
function padded(version: string): string {
  return version
    .replace(/^(\d{4})-(\d)(?=-)/, "$1-0$2")
    .replace(/^(\d{4}-\d{2})-(\d)(?!\d)/, "$1-0$2");
}

/** Negative when left runs before right, zero when they are the same version. */
export function compareVersions(left: VersionKey, right: VersionKey): number {
  if (left.kind !== right.kind) return left.kind === "number" ? -1 : 1;
  if (left.kind === "date") {
    // A day sorts before its moments: the shorter text is the beginning of the longer one.
    return compareText(left.parts.join(""), right.parts.join(""));
  }
  for (let index = 0; index < Math.max(left.parts.length, right.parts.length); index++) {
    const difference = compareDigits(left.parts[index] ?? "0", right.parts[index] ?? "0");
    if (difference !== 0) return difference;
  }
  return 0;
}

/** By code unit: the same on every machine, whatever its locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function compareDigits(left: string, right: string): number {
  return left.length === right.length ? compareText(left, right) : left.length - right.length;
}

/**
 * A year, then four digits or more. Months, days and hours are not checked: real files hold month 16, day 00 and hour 51
 * among true dates, and as numbers they would run before all of those.
 */
function isDate(digits: string): boolean {
  return /^(?:19|20|21)\d{2}\d{4,16}$/.test(digits);
}

function isCalendarDay(digits: string): boolean {
  return /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(digits);
}
