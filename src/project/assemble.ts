/**
 * Puts a project together from values: config, recognised names, the files' bytes. What is baseline and what is
 * declared is decided here. Pure: adapters/node/project.ts has read everything before.
 */
import { InternalError, LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { sha256 } from "../core/hash.ts";
import { nearest } from "../core/nearest.ts";
import type { BaselineSource, Config } from "./config.ts";
import { decodeText } from "./decode.ts";
import { ambiguous } from "./discover.ts";
import { readMigrationHeader, readSchemaHeader } from "./header.ts";
import { upBytesHash } from "./hashes.ts";
import { findIncludes, hashWithIncludes, type KnownContents } from "./includes.ts";
import type { LockFile, LockLine, ReplacedLine } from "./lock.ts";
import { lockFindings } from "./lock-findings.ts";
import type { MigrationFile, SqlText } from "./migration.ts";
import type { Project } from "./project.ts";
import type { Recognised, Recognition } from "./recognise.ts";
import type { Baseline, BaselineIncludes, DeclaredSchema, SchemaFile } from "./schema.ts";
import { splitSections } from "./sections.ts";
import { compareVersions, readStem } from "./version.ts";

export interface ProjectParts {
  readonly root: string;
  readonly config: Config;
  readonly migrationsFolder: string | undefined;
  readonly recognition: Recognition;
  /** Of what squashes put aside, where that is asked for; the oldest first. */
  readonly archives?: readonly ArchiveParts[];
  /** Found by their names; empty where the config names its schemas. */
  readonly discoveredSchemas: readonly string[];
  /** What the config's baseline and declared paths are, folders opened. */
  readonly baselineFiles: readonly string[];
  readonly declaredFiles: readonly string[];
  readonly seeds: readonly string[];
  readonly startingPoints: readonly string[];
  readonly lock: LockFile | undefined;
  /** The bytes of everything named above, and of what the files read by psql's commands. */
  readonly contents: KnownContents;
}

/** One release's folder of an archive. */
export interface ArchiveParts {
  readonly release: string;
  readonly recognition: Recognition;
  /** Complete schemas that were the baseline before. */
  readonly schemas: readonly string[];
}

export function assembleProject(parts: ProjectParts): Project {
  const findings: Finding[] = [];
  const onDisk = parts.recognition.migrations.map((found) => toMigration(found, parts, findings));
  const { migrations, archived, replaced } = withArchive(onDisk, parts);
  const load = (paths: readonly string[]): readonly SchemaFile[] =>
    paths.map((path) => toSchemaFile(path, parts, findings));
  const schemas = decideSchemas(parts, load, { migrations, replaced });
  const { root, config, migrationsFolder, lock } = parts;
  const seeds = load(parts.seeds);
  const known = { migrations, replaced };
  const older = (parts.archives ?? []).flatMap(({ schemas: paths }) => paths);
  const startingPoints = [
    ...toStartingPoints(load(parts.startingPoints), parts.config, known),
    ...toStartingPoints(load(older), undefined, known),
  ];
  const read = includedPaths(migrations, [...seeds, ...(schemas.baseline?.files ?? [])]);
  findings.push(...strangers(parts.recognition, read), ...lockFindings(lock, onDisk));
  return {
    ...{ root, config, ...schemas, migrationsFolder, migrations },
    ...{ replaced, archived, seeds, startingPoints, lock, findings },
  };
}

function includedPaths(
  migrations: readonly MigrationFile[],
  schemas: readonly SchemaFile[],
): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const file of [...migrations, ...schemas]) {
    if ("included" in file) for (const { path } of file.included) paths.add(path);
  }
  return paths;
}

/** A file that another one reads is where it belongs, whatever its name. */
function strangers({ findings }: Recognition, read: ReadonlySet<string>): readonly Finding[] {
  return findings.filter(
    ({ code, where }) => code !== "PROJECT.STRANGE_FILE" || !read.has(where?.file ?? ""),
  );
}

interface Known {
  readonly migrations: readonly MigrationFile[];
  readonly replaced: readonly ReplacedLine[];
}

interface WithArchive extends Known {
  readonly archived: ReadonlySet<string>;
}

/** The file that still lies in the folder counts: a squash that was cut off goes on where it stopped. */
function withArchive(onDisk: readonly MigrationFile[], parts: ProjectParts): WithArchive {
  const ids = new Set(onDisk.map(({ id }) => id));
  const byId = new Map<string, MigrationFile>();
  const found: ReplacedLine[] = [];
  for (const { release, recognition } of parts.archives ?? []) {
    for (const one of recognition.migrations) {
      if (ids.has(one.id)) continue;
      const file = toMigration(one, parts, []);
      byId.set(file.id, file);
      found.push({ ...lineOf(file), release });
    }
  }
  const locked = parts.lock?.replaced ?? [];
  const order = (locked.length > 0 ? locked : found).filter(({ id }) => !ids.has(id));
  const archived = order.flatMap(({ id }) => byId.get(id) ?? []);
  const known = new Set(archived.map(({ id }) => id));
  return {
    migrations: [...archived, ...onDisk],
    archived: known,
    replaced: order.filter(({ id }) => !known.has(id)),
  };
}

/** Only for an archive without a lock file, where nobody asks for what the text means. */
function lineOf({ id, bytesHash }: MigrationFile): LockLine {
  return { id, bytesHash, meaningHash: bytesHash, fingerprints: { kind: "none" } };
}

function toMigration(found: Recognised, parts: ProjectParts, findings: Finding[]): MigrationFile {
  const content = contentOf(found.up, parts);
  const { id, version, name, order, naming, up: path } = found;
  const text = readText(path, parts, findings);
  if (found.kind !== "sql") {
    const base = { id, version, name, order, naming, path };
    const own = { ...base, bytesHash: sha256(content), header: {}, down: undefined };
    if (found.kind === "data") return { ...own, kind: "data" };
    const instructions = path.endsWith(".md") ? text : "";
    return { ...own, kind: "external", instructions };
  }
  const { up, down: section, noTransactionLine } = splitSections(path, text);
  if (section !== undefined && found.down !== undefined) throw twoWaysBack(found);
  const { bytesHash, included } = withIncludes(upBytesHash(content, text, up.text), up, parts);
  const header = readMigrationHeader(text);
  const down = found.down === undefined ? section : downFile(found.down, parts, findings);
  const noTransaction = noTransactionAt(found, noTransactionLine, parts, findings);
  // Each by its name: copies of objects cost as much as reading the file, and there may be thousands.
  return {
    kind: "sql",
    id,
    version,
    name,
    order,
    naming,
    path,
    bytesHash,
    header,
    down,
    up,
    included,
    noTransaction,
  };
}

/** A down file may carry marks of its own; what stands behind an up mark in it is not the way back. */
function downFile(path: string, parts: ProjectParts, findings: Finding[]): SqlText {
  const text = readText(path, parts, findings);
  return splitSections(path, text).down ?? { path, text, line: 1 };
}

function noTransactionAt(
  found: Recognised,
  line: number | undefined,
  parts: ProjectParts,
  findings: Finding[],
): { readonly file: string; readonly line: number } | undefined {
  if (line !== undefined) return { file: found.up, line };
  if (found.settings === undefined) return undefined;
  const rows = readText(found.settings, parts, findings).split("\n");
  const index = rows.findIndex((row) => /^\s*run_in_transaction\s*=\s*false\b/.test(row));
  return index < 0 ? undefined : { file: found.settings, line: index + 1 };
}

function twoWaysBack(found: Recognised): LockstepError {
  const message = `${found.up} has a down section, and ${found.down ?? ""} is its way back too`;
  return new LockstepError("PROJECT.SECTIONS", message, {
    where: { file: found.up },
    next: "Keep one of the two.",
  });
}

function toSchemaFile(path: string, parts: ProjectParts, findings: Finding[]): SchemaFile {
  const text = readText(path, parts, findings);
  const own = sha256(contentOf(path, parts));
  const hashed = withIncludes(own, { path, text }, parts);
  return { path, text, line: 1, ...hashed, header: readSchemaHeader(text) };
}

function withIncludes(
  own: string,
  { path, text }: Pick<SqlText, "path" | "text">,
  { config, contents }: ProjectParts,
): Pick<SchemaFile, "bytesHash" | "included"> {
  const { included } = findIncludes({ path, text, variables: config.variables }, contents);
  return { included, bytesHash: hashWithIncludes(own, included, (file) => file.bytesHash) };
}

function readText(path: string, parts: ProjectParts, findings: Finding[]): string {
  const { text, hasByteOrderMark } = decodeText(contentOf(path, parts), path);
  if (hasByteOrderMark) {
    findings.push({
      code: "PROJECT.BYTE_ORDER_MARK",
      severity: "info",
      message: `${path} begins with a byte order mark, which is left out`,
      where: { file: path, line: 1, column: 1 },
      hint: "Save the file as UTF-8 without one.",
    });
  }
  return text;
}

function contentOf(path: string, parts: ProjectParts): string | Uint8Array {
  const content = parts.contents.get(path);
  if (content === undefined) throw new InternalError(`${path} was not read before assembly`);
  return content;
}

interface Schemas {
  readonly baseline: Baseline | undefined;
  readonly declared: DeclaredSchema | undefined;
}

/** Design: the config decides, then the header, then what stands beside the file. */
function decideSchemas(
  parts: ProjectParts,
  load: (paths: readonly string[]) => readonly SchemaFile[],
  known: Known,
): Schemas {
  const { config } = parts;
  const { migrations } = known;
  if (config.baseline !== undefined || config.declared !== undefined) {
    const source = config.baseline;
    const baseline =
      source === undefined
        ? besideDeclared(parts, load, known)
        : toBaseline(apart(load(parts.baselineFiles)), known, source);
    return { baseline, declared: toDeclared(config, apart(load(parts.declaredFiles))) };
  }
  const files = load(parts.discoveredSchemas);
  const baseline = sole(
    files.filter((file) => file.header.includes !== undefined),
    "baseline",
  );
  const other = sole(
    files.filter((file) => file.header.includes === undefined),
    "declared",
  );
  const declared: DeclaredSchema | undefined = other && { kind: "files", files: [other] };
  if (baseline !== undefined) return { baseline: toBaseline([baseline], known), declared };
  if (other === undefined) return { baseline: undefined, declared: undefined };
  if (config.strategy === "declarative") return { baseline: undefined, declared };
  const alone = toBaseline([other], known);
  return { baseline: alone, declared: migrations.length === 0 ? undefined : declared };
}

/** Of a folder's files, those that no other one of them reads: what is read has its place there. */
function apart(files: readonly SchemaFile[]): readonly SchemaFile[] {
  const read = new Set(files.flatMap(({ included }) => included.map(({ path }) => path)));
  return files.filter(({ path }) => !read.has(path));
}

/** The config names the declared schema alone: a file whose header says what it includes is the baseline all the same. */
function besideDeclared(
  parts: ProjectParts,
  load: (paths: readonly string[]) => readonly SchemaFile[],
  known: Known,
): Baseline | undefined {
  const own = new Set(parts.declaredFiles);
  const files = load(parts.discoveredSchemas.filter((path) => !own.has(path)));
  const found = sole(
    files.filter((file) => file.header.includes !== undefined),
    "baseline",
  );
  return found === undefined ? undefined : toBaseline([found], known);
}

/** Found by the folder's name, a file without the header may be anything; named by the config, it must have one. */
function toStartingPoints(
  files: readonly SchemaFile[],
  config: Config | undefined,
  known: Known,
): readonly Baseline[] {
  const silent = files.find(({ header }) => header.includes === undefined);
  if (silent !== undefined && config?.startingPoints !== undefined) {
    const message = `${silent.path} does not say which migrations it includes`;
    throw new LockstepError("PROJECT.BASELINE_INCLUDES", message, {
      where: { file: silent.path, line: 1 },
      next: "Write at its top: -- Includes migrations up to: ID",
    });
  }
  return files
    .filter(({ header }) => header.includes !== undefined)
    .map((file) => toBaseline([file], known));
}

function sole(files: readonly SchemaFile[], key: "baseline" | "declared"): SchemaFile | undefined {
  if (files.length <= 1) return files[0];
  const candidates = files.map((file) => file.path);
  throw ambiguous({ what: "files that could be the schema", key, candidates });
}

function toDeclared(config: Config, files: readonly SchemaFile[]): DeclaredSchema | undefined {
  if (config.declared === undefined) return undefined;
  return config.declared.kind === "command" ? config.declared : { kind: "files", files };
}

function toBaseline(files: readonly SchemaFile[], known: Known, source?: BaselineSource): Baseline {
  const { migrations } = known;
  const file = files.find(({ header }) => header.includes !== undefined) ?? files[0];
  const written = source?.includes ?? file?.header.includes;
  const where = file?.path ?? "";
  const includes = resolveIncludes(written, known, where);
  const end = migrations.findIndex(({ id }) => includes.kind === "upTo" && id === includes.id) + 1;
  const included = includes.kind === "assumedAll" ? migrations : migrations.slice(0, end);
  const includedIds = included.map(({ id }) => id);
  return { files, header: file?.header ?? {}, includes, includedIds };
}

function resolveIncludes(
  written: string | undefined,
  { migrations, replaced }: Known,
  file: string,
): BaselineIncludes {
  if (written === undefined) {
    const isAlone = migrations.length === 0 && replaced.length === 0;
    return isAlone ? { kind: "none" } : { kind: "assumedAll" };
  }
  if (/^(?:none|-)$/i.test(written)) return { kind: "none" };
  const found = findMigration(migrations, written);
  if (found !== undefined) return { kind: "upTo", id: found.id };
  const old = replaced.find(({ id }) => id === stripEnding(written));
  if (old !== undefined) return { kind: "upTo", id: old.id };
  const stem = readStem(stripEnding(written));
  const [first] = migrations;
  const isBefore =
    stem !== undefined && (first === undefined || compareVersions(stem.order, first.order) < 0);
  if (isBefore) return { kind: "upTo", id: stripEnding(written) };
  const guess = nearest(
    written,
    migrations.map(({ id }) => id),
  );
  throw new LockstepError(
    "PROJECT.BASELINE_INCLUDES",
    `${file} says that it includes ${written}, which is no migration of this project` +
      (guess === undefined ? "" : `; did you mean ${guess}?`),
    { where: { file } },
  );
}

/** By its id, by its file's name, or by a version that only it has. */
function findMigration(
  migrations: readonly MigrationFile[],
  written: string,
): MigrationFile | undefined {
  const id = stripEnding(written);
  const byName = migrations.find((one) => one.id === id || one.path === written);
  if (byName !== undefined) return byName;
  const stem = readStem(id);
  if (stem === undefined || stem.name !== "") return undefined;
  const same = migrations.filter((one) => compareVersions(one.order, stem.order) === 0);
  return same.length === 1 ? same[0] : undefined;
}

function stripEnding(written: string): string {
  return written.trim().replace(/(?:\/migration|\/up|\.up)?\.sql$/, "");
}
