/** Which scripts a source is made of, in the order in which they load. */
import { InternalError, LockstepError } from "../../../core/errors.ts";
import type { Files } from "../../../ports/files.ts";
import type { MigrationFile, SqlText } from "../../../project/migration.ts";
import type { Project } from "../../../project/project.ts";
import type { Baseline } from "../../../project/schema.ts";
import { decodeText } from "../../../project/decode.ts";
import type { SourceText } from "../../../sql/source.ts";
import { comesLast } from "../../../plan/dump_files.ts";
import { goneMigrations } from "../prove/ways.ts";
import { includedIn } from "./included.ts";
import type { SourcePath, SourcePorts } from "./ports.ts";
import type { SourceSpec } from "./spec.ts";

export interface Material {
  readonly label: string;
  readonly steps: readonly LoadStep[];
  /** What the scripts may include. */
  readonly files: Files;
  readonly anyOrder: boolean;
  /** By a command: it is in no file that anybody writes in. */
  readonly isPrinted?: true;
}

export type LoadStep =
  | {
      readonly kind: "script";
      readonly source: SourceText;
      /** In one transaction where its statements allow that, as a deploy runs it. */
      readonly together: boolean;
    }
  /** A migration in TypeScript. */
  | { readonly kind: "module"; readonly path: string };

export async function materialOf(spec: SourceSpec, ports: SourcePorts): Promise<Material> {
  switch (spec.kind) {
    case "empty":
      return { label: "empty", steps: [], files: ports.files, anyOrder: false };
    case "file":
      return await fileMaterial(spec.path, ports.openPath(spec.path));
    case "baseline":
      return baselineMaterial(await ports.project(), ports);
    case "migrations":
      return migrationsMaterial(await ports.project(), ports);
    case "declared":
      return await declaredMaterial(await ports.project(), ports);
    default:
      throw new InternalError(`a source of the kind ${spec.kind} is not made of scripts`);
  }
}

async function fileMaterial(label: string, { files, path }: SourcePath): Promise<Material> {
  const bytes = path === "" ? undefined : await readFile(files, path);
  if (bytes !== undefined) {
    return { label, steps: [apart(decoded(bytes, path))], files, anyOrder: false };
  }
  const paths = await sqlFilesIn(files, path);
  if (paths.length === 0) {
    throw new LockstepError("SOURCE.FILE_ABSENT", `there is no SQL file at ${label}`);
  }
  const sources: SourceText[] = [];
  for (const each of paths) sources.push(decoded(await files.read(each), each));
  // What another file of the folder reads has its place there.
  const read = new Set((await includedIn(sources, files)).map(({ file }) => file));
  const steps = sources.filter(({ file }) => !read.has(file)).map((source) => apart(source));
  return { label, steps: withLast(steps), files, anyOrder: steps.length > 1 };
}

/** Undefined when it is a folder, or not there. */
async function readFile(files: Files, path: string): Promise<Uint8Array | undefined> {
  const slash = path.lastIndexOf("/");
  const entries = await listIfPresent(files, slash === -1 ? "" : path.slice(0, slash));
  const entry = entries.find(({ name }) => name === path.slice(slash + 1));
  return entry?.kind === "folder" ? undefined : await files.readIfPresent(path);
}

async function sqlFilesIn(files: Files, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, kind } of await listIfPresent(files, folder)) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (kind === "folder") found.push(...(await sqlFilesIn(files, path)));
    else if (kind === "file" && name.endsWith(".sql")) found.push(path);
  }
  return found.sort();
}

async function listIfPresent(files: Files, folder: string): ReturnType<Files["list"]> {
  if (folder !== "" && !(await files.exists(folder))) return [];
  return await files.list(folder);
}

function decoded(bytes: Uint8Array, file: string): SourceText {
  return { file, text: decodeText(bytes, file).text };
}

/** What a fresh database gets: the baseline, then the migrations that it does not include. */
function baselineMaterial(project: Project, ports: SourcePorts): Material {
  if (project.baseline === undefined) throw absent("baseline");
  const steps = stepsFrom(project.baseline, project);
  return { label: "baseline", steps, files: ports.files, anyOrder: false };
}

function stepsFrom({ files, includedIds }: Baseline, { migrations }: Project): readonly LoadStep[] {
  const included = new Set(includedIds);
  const later = migrations.filter(({ id }) => !included.has(id));
  return [...files.map((file) => apart(sourceText(file))), ...later.flatMap(upOf)];
}

/**
 * All migrations from the first on. Where the files of those that a baseline includes are gone, be it the present one or
 * an earlier release's, a baseline stands for them: that is what every database that lives went through.
 */
function migrationsMaterial(project: Project, ports: SourcePorts): Material {
  const { migrations, baseline, startingPoints } = project;
  if (migrations.length === 0) throw absent("migrations");
  const begin =
    goneMigrations(project) === undefined ? undefined : (baseline ?? startingPoints.at(-1));
  const steps = begin === undefined ? migrations.flatMap(upOf) : stepsFrom(begin, project);
  return { label: "migrations", steps, files: ports.files, anyOrder: false };
}

async function declaredMaterial(project: Project, ports: SourcePorts): Promise<Material> {
  const { declared } = project;
  if (declared === undefined) throw undeclared(project);
  const label = "declared";
  if (declared.kind === "command") {
    const text = await ports.runCommand(declared);
    const steps = [apart({ file: declared.command, text })];
    return { label, steps, files: ports.files, anyOrder: false, isPrinted: true };
  }
  const steps = declared.files.map((file) => apart(sourceText(file)));
  return { label, steps: withLast(steps), files: ports.files, anyOrder: steps.length > 1 };
}

function withLast(steps: readonly LoadStep[]): readonly LoadStep[] {
  return [...steps.filter((step) => !isLast(step)), ...steps.filter(isLast)];
}

/** Of a dump in several files: what may only come when all the rest is there. */
export function isLast(step: LoadStep): boolean {
  return step.kind === "script" && comesLast(step.source.file);
}

function apart(source: SourceText): LoadStep {
  return { kind: "script", source, together: false };
}

/** A section of a file keeps its line numbers. */
export function sourceText({ path, text, line }: SqlText): SourceText {
  return { file: path, text: line === 1 ? text : `${"\n".repeat(line - 1)}${text}` };
}

/** What is done by hand, outside of the database's structure, has nothing to load. */
function upOf(migration: MigrationFile): readonly LoadStep[] {
  switch (migration.kind) {
    case "sql":
      return [{ kind: "script", source: sourceText(migration.up), together: true }];
    case "data":
      return [{ kind: "module", path: migration.path }];
    case "external":
      return [];
  }
}

/** A complete schema with nothing beside it is a baseline, which surprises who wants to edit it. */
function undeclared({ baseline }: Project): LockstepError {
  const file = baseline?.files.length === 1 ? baseline.files[0]?.path : undefined;
  if (file === undefined) return absent("declared schema");
  return new LockstepError(
    "SOURCE.ABSENT",
    `the project has no declared schema: ${file} is its baseline`,
    { next: `Where it is to be edited, say so in lockstep.config.json: { "declared": "${file}" }` },
  );
}

function absent(what: string): LockstepError {
  return new LockstepError("SOURCE.ABSENT", `the project has no ${what}`);
}
