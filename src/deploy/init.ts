/**
 * `lockstep init`: says what it found and writes the least that is needed. A project that is found by its names needs
 * no config, so none is written; a folder without any SQL, or another tool's programs, gets an example to begin with. What is there is never overwritten
 * but for the lock file, and that only by force.
 */
import { formatLockFile, lockFileName } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { relock } from "../project/relock.ts";
import { exampleMigration } from "../project/templates.ts";
import type { Files } from "../ports/files.ts";
import { exampleFile } from "./steps/example-file.ts";
import { beginWithDatabase, describeOther, findOtherProject } from "./steps/other-projects.ts";
import { describeStrays, findStrays } from "./steps/strays.ts";

export interface InitOptions {
  readonly files: Files;
  readonly project: Project;
  /** Write the lock file anew although there is one. */
  readonly force: boolean;
  readonly now: Date;
}

export interface InitReport {
  /** What was found, a line each. */
  readonly found: readonly string[];
  readonly written: readonly string[];
  /** What was there and stays, a line each. */
  readonly left: readonly string[];
  /** What to do next. */
  readonly next: string;
}

export async function init(options: InitOptions): Promise<InitReport> {
  const { files, project } = options;
  const written: string[] = [];
  const left: string[] = [];
  const add = async (path: string, lines: readonly string[]): Promise<void> => {
    if (await addLines(files, path, lines)) written.push(path);
    else left.push(`${path}: has what is needed`);
  };
  const strays = await findStrays(files, project);
  const isUnclear = isEmpty(project) && strays.paths.length > 0;
  if (strays.paths.length > 0) left.push(describeStrays(strays));
  const other = isEmpty(project) && !isUnclear ? await findOtherProject(files) : undefined;
  if (other !== undefined) left.push(describeOther(other));
  if (isEmpty(project)) {
    if (!isUnclear && other === undefined) written.push(...(await writeExample(options)));
  } else if (project.migrations.length > 0) {
    const isThere = project.lock !== undefined;
    if (isThere && !options.force) left.push(`${lockFileName}: is there (--force writes it anew)`);
    else {
      const text = formatLockFile(relock(project.migrations, project.lock));
      await files.write(lockFileName, text);
      written.push(lockFileName);
    }
  }
  await add(".gitattributes", ["*.sql text eol=lf", "lockstep.lock text eol=lf"]);
  await add(".gitignore", [".lockstep/"]);
  const next = other === undefined ? nextFor(project, isUnclear) : beginWithDatabase;
  return { found: describeFound(project), written, left, next };
}

function nextFor(project: Project, isUnclear: boolean): string {
  if (isUnclear) return "write lockstep.config.json, then: lockstep init";
  const { baseline, declared, migrations, config } = project;
  const isUndecided = baseline === undefined && migrations.length === 0 && declared !== undefined;
  return isUndecided && config.strategy !== "declarative"
    ? 'lockstep diff NAME   (the first migration), or set strategy: "declarative"'
    : "lockstep deploy";
}

function isEmpty({ baseline, declared, migrations, migrationsFolder }: Project): boolean {
  const hasSchema = baseline !== undefined || declared !== undefined;
  return !hasSchema && migrations.length === 0 && migrationsFolder === undefined;
}

async function writeExample({ files, project, now }: InitOptions): Promise<readonly string[]> {
  const example = exampleFile(exampleMigration, now);
  await files.write(example.path, example.content);
  const lock = formatLockFile({
    replaced: project.lock?.replaced ?? [],
    lines: [...(project.lock?.lines ?? []), example.lockLine],
  });
  await files.write(lockFileName, lock);
  return [example.path, lockFileName];
}

function describeFound(project: Project): readonly string[] {
  const { baseline, declared, migrations, migrationsFolder, seeds, config } = project;
  const found: string[] = [];
  const names = (files: readonly { readonly path: string }[]): string =>
    files.map(({ path }) => path).join(", ");
  if (config.file !== undefined) found.push(`config: ${config.file}`);
  if (baseline !== undefined)
    found.push(`baseline: ${names(baseline.files)} (${describeIncludes(project)})`);
  if (declared?.kind === "files") found.push(`declared schema: ${names(declared.files)}`);
  if (declared?.kind === "command")
    found.push(`declared schema: the output of ${declared.command}`);
  if (migrationsFolder !== undefined) {
    const ways = migrations.filter(({ down }) => down !== undefined).length;
    const folder = migrationsFolder === "" ? "this folder" : `${migrationsFolder}/`;
    found.push(`migrations: ${migrations.length} in ${folder}, ${ways} of them with a way back`);
  }
  if (seeds.length > 0) found.push(`seeds: ${names(seeds)}`);
  return found.length === 0 ? ["nothing yet"] : found;
}

function describeIncludes({ baseline }: Project): string {
  switch (baseline?.includes.kind) {
    case "upTo":
      return `includes migrations up to ${baseline.includes.id}, as its header or the config says`;
    case "assumedAll":
      return "nothing says which migrations it includes: taken as all of them";
    case "none":
    case undefined:
      return "the complete schema";
  }
}

/** True when something was added. */
async function addLines(files: Files, path: string, lines: readonly string[]): Promise<boolean> {
  const before = await files.readIfPresent(path);
  const text = before === undefined ? "" : new TextDecoder().decode(before);
  const present = new Set(text.split(/\r?\n/).map((line) => line.trim().split(/\s+/)[0]));
  const lacking = lines.filter((line) => !present.has(line.split(" ")[0]));
  if (lacking.length === 0) return false;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  await files.write(path, `${text}${gap}${lacking.join("\n")}\n`);
  return true;
}
