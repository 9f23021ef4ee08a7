/**
 * `lockstep new`: an empty migration, named as its folder names them, with its way back where the folder has those,
 * and its line in the lock file. Writes nothing that is there already.
 */
import { LockstepError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import {
  inferConvention,
  nextName,
  type Convention,
  type DownStyle,
  type NextName,
  type VersionChoice,
} from "../project/convention.ts";
import { formatLockFile, lockFileName, type LockFile } from "../project/lock.ts";
import { migrationTitle, migrationWords } from "../project/migration-name.ts";
import type { Project } from "../project/project.ts";
import { inFolder } from "../project/recognise.ts";
import { relock } from "../project/relock.ts";
import { dataMigrationTemplate, downTemplate, migrationTemplate } from "../project/templates.ts";
import { splitSections } from "../project/sections.ts";
import { meaningHash } from "../sql/meaning.ts";
import type { Files } from "../ports/files.ts";

export interface NewMigrationOptions {
  readonly files: Files;
  readonly project: Project;
  readonly name: string;
  readonly version: VersionChoice;
  /** A TypeScript migration instead of SQL. */
  readonly isData: boolean;
  readonly acceptVague: boolean;
  readonly author: string | undefined;
  readonly now: Date;
  /** SQL below the header; empty without. */
  readonly sql?: string;
  /** The way back, written also where the folder has no habit of having one. */
  readonly downSql?: string;
  /** Of the catalog after it, where it was tried. */
  readonly fingerprint?: { readonly major: number; readonly value: string };
}

export interface NewMigrationReport {
  readonly id: string;
  /** The migration, then its way back if there is one, then the lock file. */
  readonly written: readonly string[];
}

interface NewFile {
  readonly path: string;
  readonly content: string;
}

export async function newMigration(options: NewMigrationOptions): Promise<NewMigrationReport> {
  const { files, project } = options;
  const words = migrationWords(options.name, options);
  const folder = project.migrationsFolder ?? "migrations";
  const convention = inferConvention(project.migrations, folder);
  const next = nextName(convention, { words, choice: options.version, now: options.now });
  const created = describe(options, { folder, convention, next, title: migrationTitle(words) });
  for (const { path } of created) {
    if (await files.exists(path)) {
      throw new LockstepError("PROJECT.EXISTS", `${path} is there already`, {
        where: { file: path },
      });
    }
  }
  for (const { path, content } of created) await files.write(path, content);
  await files.write(lockFileName, formatLockFile(withLine(options, next.id, created)));
  return { id: next.id, written: [...created.map(({ path }) => path), lockFileName] };
}

interface Naming {
  readonly folder: string;
  readonly convention: Convention;
  readonly next: NextName;
  readonly title: string;
}

function describe(options: NewMigrationOptions, naming: Naming): readonly NewFile[] {
  const { folder, convention, next, title } = naming;
  const at = (path: string): string => inFolder(folder, path);
  if (options.isData) {
    return [{ path: at(`${next.id}.ts`), content: dataMigrationTemplate({ title }) }];
  }
  const down = convention.down ?? (options.downSql === undefined ? undefined : downFor(convention));
  const date = options.now.toISOString().slice(0, 10);
  const facts = { id: next.id, title, author: options.author, date, down };
  const content =
    migrationTemplate(facts, { up: options.sql, down: options.downSql }).trimEnd() + "\n";
  const up = { path: at(`${next.id}${convention.ending}`), content };
  const downName = downFileName(down, next, convention);
  if (downName === undefined) return [up];
  return [up, { path: at(downName), content: downTemplate(facts) + (options.downSql ?? "") }];
}

/** Where the folder has no ways back: beside the migration, as its own name asks for. */
function downFor({ ending }: Convention): DownStyle {
  if (ending.startsWith("/")) return { kind: "folder", file: "down.sql" };
  return { kind: "suffix", suffix: ".down.sql" };
}

function downFileName(
  down: DownStyle | undefined,
  next: NextName,
  { prefix }: Convention,
): string | undefined {
  switch (down?.kind) {
    case "suffix":
      return `${next.id}${down.suffix}`;
    case "version":
      return `${prefix}${next.version}${down.suffix}`;
    case "folder":
      return `${next.id}/${down.file}`;
    case "section":
    case undefined:
      return undefined;
  }
}

function withLine(
  { project, fingerprint }: NewMigrationOptions,
  id: string,
  created: readonly NewFile[],
): LockFile {
  const before = relock(
    project.migrations.filter((file) => !project.archived.has(file.id)),
    project.lock,
  );
  const [up] = created;
  const content = up?.content ?? "";
  const isSql = up?.path.endsWith(".sql") === true;
  const upText = isSql ? splitSections(up.path, content).up.text : content;
  const bytesHash = sha256(upText);
  const meaning = isSql ? meaningHash(upText) : bytesHash;
  const fingerprints =
    fingerprint === undefined
      ? { kind: "none" as const }
      : { kind: "known" as const, byMajor: { [fingerprint.major]: fingerprint.value } };
  const line = { id, bytesHash, meaningHash: meaning, fingerprints };
  return { ...before, lines: [...before.lines, line] };
}
