/**
 * From the paths in a migrations folder to the migrations in it, in order, with what belongs to each. Works on names
 * alone and reads no file. Every path ends as a migration, as a part of one, as a known companion, or in a finding:
 * none is dropped in silence, and nothing that undoes is ever taken for something that does.
 */
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { visibleLine } from "../core/visible.ts";
import { endings, knownCompanions, otherDatabases, type Ending } from "./endings.ts";
import { anyOf, compareText, compareVersions, readStem, type Stem } from "./version.ts";

export interface Recognised {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly order: Stem["order"];
  /** Ending and version style, such as `plain/date_time`. */
  readonly naming: string;
  readonly kind: Ending["kind"];
  readonly up: string;
  readonly down: string | undefined;
  /** A settings file of its own, such as diesel's metadata.toml. */
  readonly settings: string | undefined;
}

export interface RecogniseOptions {
  /** Shown in front of every path; relative to the project's root, empty for the root itself. */
  readonly folder: string;
  /** Paths that have a role of their own, such as a complete schema beside the migrations. */
  readonly known?: ReadonlySet<string>;
  /** For folders that say which of their files count, and in which order: temporal's manifest.json. */
  readonly manifests?: ReadonlyMap<string, readonly string[]>;
  /** For `lockstep rebase`, which is there to part them. */
  readonly acceptSharedVersions?: boolean;
}

export interface Recognition {
  readonly migrations: readonly Recognised[];
  readonly findings: readonly Finding[];
}

interface Match {
  readonly path: string;
  readonly ending: Ending;
  readonly stem: string;
}

interface Up extends Match {
  readonly read: Stem;
  /** Place among the files of one version folder. */
  readonly rank: number;
}

/** `paths` are relative to the migrations folder. */
export function recognise(paths: readonly string[], options: RecogniseOptions): Recognition {
  const findings: Finding[] = [];
  const strange: Strange = (path, why, remedy) => {
    findings.push(strangeFile(inFolder(options.folder, path), { why, remedy }));
  };
  // In the order of their names, which is nearly that of their versions and so spares the dear comparisons.
  const wanted = paths.filter((path) => isCandidate(path, options, strange)).sort();
  const matches = withoutReplaced(matchEndings(wanted, options, strange), strange);
  const ups = readVersions(
    matches.filter((match) => match.ending.role === "up"),
    options,
    strange,
  );
  ups.sort(compareUps);
  if (options.acceptSharedVersions !== true) findings.push(...checkDuplicates(ups, options.folder));
  const downs = attach(ups, matches, "down", strange);
  const settings = attach(ups, matches, "companion", strange);
  const migrations = ups.map((up) => ({
    id: up.stem,
    version: up.read.version,
    name: up.read.name,
    order: up.read.order,
    naming: `${up.ending.id}/${up.read.style.id}`,
    kind: up.ending.kind,
    up: inFolder(options.folder, up.path),
    down: optionalInFolder(options.folder, downs.get(up)),
    settings: optionalInFolder(options.folder, settings.get(up)),
  }));
  return { migrations, findings };
}

export function inFolder(folder: string, path: string): string {
  return folder === "" || folder === "." ? path : `${folder}/${path}`;
}

/** Whether a path alone, without its neighbours, would be taken: enough to tell a migrations folder from another. */
export function looksLikeMigration(path: string): boolean {
  const [match] = matchAll(path);
  return (
    match !== undefined && match.ending.kind !== "external" && readStem(match.stem) !== undefined
  );
}

function strangeFile(path: string, { why, remedy }: Strangeness): Finding {
  return {
    code: "PROJECT.STRANGE_FILE",
    severity: "warning",
    message: `${visibleLine(path)} is not taken as a migration: ${why}`,
    where: { file: path },
    hint:
      remedy === undefined
        ? "Move it out of the folder."
        : `${remedy}, or move it out of the folder.`,
  };
}

function optionalInFolder(folder: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : inFolder(folder, path);
}

interface Strangeness {
  readonly why: string;
  /** What would have it taken, in front of "or move it out of the folder"; none where nothing would. */
  readonly remedy: string | undefined;
}

type Strange = (path: string, why: string, remedy?: string) => void;

const repeatable = /^R__.+\.sql$/;
/** What a file manager or an editor leaves is nobody's migration; hidden SQL may be meant for one. */
const hidden = /(?:^|\/)\.[^/]*\.sql$/i;
/** One look for nearly all of thousands of names; which of them it is, is asked only then. */
const oddNames = anyOf([...knownCompanions, otherDatabases, repeatable, hidden]);

function isCandidate(path: string, options: RecogniseOptions, strange: Strange): boolean {
  if (options.known?.has(path) === true) return false;
  if (!oddNames.test(path)) return true;
  if (hidden.test(path)) {
    strange(
      path,
      "its name begins with a dot",
      "Rename it so that a number or a date stands in front",
    );
    return false;
  }
  if (knownCompanions.some((pattern) => pattern.test(path))) return false;
  if (otherDatabases.test(path)) {
    strange(path, "its name says that it is for another database");
    return false;
  }
  if (repeatable.test(path)) {
    strange(
      path,
      "repeatable files (R__) are not run",
      "Put what it holds into a migration with a number or a date",
    );
    return false;
  }
  return true;
}

function matchEndings(
  paths: readonly string[],
  options: RecogniseOptions,
  strange: Strange,
): Match[] {
  const isDotted = paths.some((path) => /\.(?:up|down)\.sql$/.test(path));
  const sure: Match[] = [];
  const unsure: { readonly maybe: Match; readonly otherwise: Match | undefined }[] = [];
  for (const path of paths) {
    const all = matchAll(path);
    const allowed =
      all.length === 1 && all[0] !== undefined && all[0].ending.only === undefined
        ? all
        : all.filter(({ ending }) => ending.only !== "convention" || isDotted);
    const [first] = allowed;
    if (first === undefined) {
      const isLarge = matchAll(path.toLowerCase()).length > 0;
      const remedy = isLarge
        ? "Write its ending in small letters"
        : "Give it an ending such as .sql";
      strange(path, "its ending is none that lockstep knows", remedy);
    } else if (first.ending.only !== "partner") sure.push(first);
    else
      unsure.push({
        maybe: first,
        otherwise: allowed.find((match) => match.ending.only !== "partner"),
      });
  }
  if (unsure.length === 0) return sure;
  const upStems = new Set(
    sure.flatMap((match) => (match.ending.role === "up" ? [match.stem] : [])),
  );
  const upVersions = countVersions(upStems);
  for (const { maybe, otherwise } of unsure) {
    const version = soleVersion(maybe.stem);
    const isPartner =
      upStems.has(maybe.stem) || (version !== undefined && upVersions.get(version) === 1);
    if (isPartner) sure.push(maybe);
    else if (maybe.ending.id === "rollback")
      throw orphanRollback(inFolder(options.folder, maybe.path));
    else if (otherwise !== undefined) sure.push(otherwise);
  }
  return sure;
}

/** What a name says of where and how it runs, behind the words: `004_add_phone.postgres.autocommit`. */
const runsWhere = /(?:\.(?:postgres|postgresql|autocommit))+$/;

/** A file for PostgreSQL stands in the place of the one for every database, in folders that are for several. */
function withoutReplaced(matches: readonly Match[], strange: Strange): readonly Match[] {
  const own = new Map<string, string>();
  const key = ({ ending, stem }: Match): string => `${ending.role} ${stem.replace(runsWhere, "")}`;
  for (const match of matches) {
    if (isForPostgres(match)) own.set(key(match), match.path);
  }
  if (own.size === 0) return matches;
  return matches.filter((match) => {
    const instead = isForPostgres(match) ? undefined : own.get(key(match));
    if (instead === undefined) return true;
    strange(match.path, `${instead} is there for PostgreSQL, in its place`);
    return false;
  });
}

function isForPostgres({ stem }: Match): boolean {
  return stem.includes(".postgres") && runsWhere.exec(stem)?.[0].includes("postgres") === true;
}

/** By every ending that takes it, in their order. Nearly all files of thousands have the plain one and no other. */
function matchAll(path: string): readonly Match[] {
  const possible = path.endsWith(".sql") && !rareSql.test(path) ? plain : endings;
  const found: Match[] = [];
  for (const ending of possible) {
    const match = matchEnding(path, ending);
    if (match !== undefined) found.push(match);
  }
  return found;
}

const plain = endings.filter(({ id }) => id === "plain");
const rareSql = anyOf(
  endings.flatMap(({ id, pattern }) =>
    id !== "plain" && pattern.source.endsWith("\\.sql$") ? [pattern] : [],
  ),
);

function matchEnding(path: string, ending: Ending): Match | undefined {
  const groups = ending.pattern.exec(path)?.groups;
  const stem = groups?.["stem"];
  if (stem === undefined) return undefined;
  const rest = groups?.["rest"];
  return { path, ending, stem: rest === undefined ? stem : `${stem}.${rest}` };
}

/** For `004_rollback.sql`, whose stem is a version and nothing else. */
function soleVersion(stem: string): string | undefined {
  const read = readStem(stem);
  return read === undefined || read.name !== "" ? undefined : versionText(read);
}

function countVersions(stems: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const stem of stems) {
    const read = readStem(stem);
    if (read === undefined) continue;
    const version = versionText(read);
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return counts;
}

/** Equal for equal versions, however they are written. */
function versionText({ order }: Pick<Stem, "order">): string {
  const parts = [...order.parts];
  while (parts.length > 1 && parts.at(-1) === "0") parts.pop();
  return `${order.kind} ${parts.join(".")}`;
}

function readVersions(
  matches: readonly Match[],
  options: RecogniseOptions,
  strange: Strange,
): Up[] {
  const ups: Up[] = [];
  for (const match of matches) {
    const read = readStem(match.stem);
    const rank = rankIn(options.manifests, match.path);
    if (read === undefined)
      strange(
        match.path,
        whyNoVersion(match),
        "Rename it so that a number or a date stands in front",
      );
    else if (rank === undefined) {
      strange(match.path, "the folder's manifest.json does not list it", "List it there");
    } else {
      const { stem, ending } = match;
      ups.push({ path: match.path, ending, stem, read, rank });
    }
  }
  return ups;
}

function whyNoVersion(match: Match): string {
  return match.stem.includes("/")
    ? "it lies in a folder whose name is no version"
    : "its name holds no number and no date that it could be sorted by";
}

/** A folder's manifest says which of its files count, and in which order. */
function rankIn(manifests: RecogniseOptions["manifests"], path: string): number | undefined {
  const slash = path.indexOf("/");
  const listed = slash < 0 ? undefined : manifests?.get(path.slice(0, slash));
  if (listed === undefined) return 0;
  const rank = listed.indexOf(path.slice(slash + 1));
  return rank < 0 ? undefined : rank;
}

function compareUps(left: Up, right: Up): number {
  return (
    compareVersions(left.read.order, right.read.order) ||
    left.rank - right.rank ||
    compareText(left.stem, right.stem)
  );
}

/**
 * Two files with one number come of two branches, and which of them runs first would be an accident. Moments are
 * different: histories exist where two files of one change share a second, so there the name decides, with a word.
 */
function checkDuplicates(sorted: readonly Up[], folder: string): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [index, up] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before === undefined || compareVersions(before.read.order, up.read.order) !== 0) continue;
    const isExpected = [before, up].every(
      ({ read, ending }) => read.style.mayShareVersion === true || ending.id === "folder",
    );
    const [first, second] = [inFolder(folder, before.path), inFolder(folder, up.path)];
    const isMoment = up.read.order.parts.length === 1 && up.read.version.length >= 10;
    if (before.stem === up.stem || !(isExpected || isMoment)) {
      throw duplicateVersion(up.read.version, [first, second]);
    }
    if (!isExpected) findings.push(sharedMoment(up.read.version, [first, second]));
  }
  return findings;
}

function duplicateVersion(version: string, files: readonly [string, string]): LockstepError {
  const message = `${files[0]} and ${files[1]} have the same version, ${version}`;
  return new LockstepError("PROJECT.DUPLICATE_VERSION", message, {
    where: { file: files[1] },
    next: "Rename the one that no database has yet, or run: lockstep rebase",
    data: { version, files },
  });
}

function sharedMoment(version: string, files: readonly [string, string]): Finding {
  return {
    code: "PROJECT.SHARED_VERSION",
    severity: "warning",
    message: `${files[0]} and ${files[1]} have the same version, ${version}; they run in the order of their names`,
    where: { file: files[1] },
    hint: "Give the one that no database has yet a later date.",
  };
}

/** Finds each down file's migration: by the whole name, or by a version that only one migration has. */
function attach(
  ups: readonly Up[],
  matches: readonly Match[],
  role: "down" | "companion",
  strange: Strange,
): Map<Up, string> {
  const found = new Map<Up, string>();
  const own = matches.filter(({ ending }) => ending.role === role);
  if (own.length === 0) return found;
  const byStem = new Map(ups.map((up) => [up.stem, up]));
  const byVersion = new Map<string, Up[]>();
  for (const up of ups) {
    const version = versionText(up.read);
    byVersion.set(version, [...(byVersion.get(version) ?? []), up]);
  }
  for (const { path, stem } of own) {
    const read = readStem(stem);
    const sameVersion = read === undefined ? [] : (byVersion.get(versionText(read)) ?? []);
    const up = byStem.get(stem) ?? (sameVersion.length === 1 ? sameVersion[0] : undefined);
    if (up === undefined)
      strange(
        path,
        "the migration that it belongs to is not there",
        "Put that migration beside it",
      );
    else if (found.has(up)) strange(path, `${found.get(up)} is the way back of ${up.stem} already`);
    else found.set(up, path);
  }
  return found;
}

function orphanRollback(path: string): LockstepError {
  return new LockstepError(
    "PROJECT.ORPHAN_ROLLBACK",
    `${path} looks like the way back of a migration that is not there; run as a migration it would undo something`,
    { where: { file: path } },
  );
}
