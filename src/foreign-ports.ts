/** The adapters of backups that others can read: SQL files, and what PostgreSQL's own programs write. */
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makeFolder } from "./adapters/node/make-folder.ts";
import { nodePrograms } from "./adapters/node/programs.ts";
import { refuseTaken, writing } from "./adapters/store/folder.ts";
import { createSqlFile } from "./adapters/store/sql-file.ts";
import { commonPorts } from "./backup-ports.ts";
import type { Parts } from "./compose.ts";
import type { PgClientPorts, PgDumpOutput } from "./deploy/pg-client.ts";
import type { SqlBackupPorts } from "./deploy/steps/backup/sql-text.ts";
import type { ContentPorts } from "./deploy/steps/restore/target.ts";
import type { Progress } from "./ports/progress.ts";
import type { TextFile } from "./ports/text-file.ts";

export interface PathSurroundings {
  readonly path: string;
  /** What the path is relative to. */
  readonly workingFolder: string;
}

export function sqlPortsOf(parts: Parts, progress: Progress): SqlBackupPorts {
  return commonPorts(parts, progress);
}

export async function sqlFileAt({ path, workingFolder }: PathSurroundings): Promise<TextFile> {
  return await createSqlFile(resolve(workingFolder, path));
}

export async function pgClientPortsOf(parts: Parts): Promise<PgClientPorts & ContentPorts> {
  const { clock, readCatalog } = commonPorts(parts, () => undefined);
  const programs = nodePrograms(parts.projectFolder, await parts.environment());
  return { programs, clock, readCatalog };
}

export async function pgDumpOutputOf({
  path,
  workingFolder,
}: PathSurroundings): Promise<PgDumpOutput> {
  const label = resolve(workingFolder, path);
  await refuseTaken(label);
  const partial = `${label}.${crypto.randomUUID().slice(0, 8)}.partial`;
  await writing(label, () => makeFolder(dirname(label)));
  return {
    label,
    partial,
    claim: () => writing(label, () => writeFile(partial, "", { flag: "wx", mode: 0o600 })),
    finish: async () => {
      await refuseTaken(label);
      await writing(label, () => rename(partial, label));
    },
    abandon: () => rm(partial, { recursive: true, force: true }),
  };
}

/** pg_dump's folder has a table of contents of that name. */
export async function isPgDumpFolder(path: string): Promise<boolean> {
  return await stat(join(path, "toc.dat")).then(
    (found) => found.isFile(),
    () => false,
  );
}
