/** A project of the corpora as a user's repository would hold it: a copy, with the config and the files added. */
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
  chmod,
} from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CorpusProject } from "./project.ts";

export const corporaFolder: string = fileURLToPath(
  new URL("../../../shared/corpora/", import.meta.url),
);

/** The corpora stand beside the repository, and not everybody has them. */
export const corporaPresent: boolean = existsSync(join(corporaFolder, "histories"));

/** Its path; the caller removes it. */
export async function layOut(project: CorpusProject): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-corpus-"));
  const source = join(corporaFolder, project.source);
  const into = join(folder, project.into);
  if ((await stat(source)).isDirectory()) await cp(source, into, { recursive: true });
  else {
    await mkdir(into, { recursive: true });
    await cp(source, join(into, basename(source)));
  }
  await makeWritable(folder);
  if (project.without !== undefined) await removeSome(folder, project.without);
  if (project.rewrite !== undefined) await rewriteAll(folder, project.rewrite);
  const config =
    project.config === undefined
      ? {}
      : { "lockstep.config.json": `${JSON.stringify(project.config, undefined, 2)}\n` };
  for (const [path, content] of Object.entries({ ...project.added, ...config })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Copies keep the read-only bits of what they were copied from. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? makeWritable(path) : chmod(path, 0o644));
  }
}

async function removeSome(folder: string, isUnwanted: (path: string) => boolean): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (isUnwanted(path.replaceAll("\\", "/"))) await rm(join(folder, path), { recursive: true });
  }
}

async function rewriteAll(
  folder: string,
  rewrite: NonNullable<CorpusProject["rewrite"]>,
): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".sql")) continue;
    const path = join(entry.parentPath, entry.name);
    await writeFile(path, rewrite(await readFile(path, "utf8"), path));
  }
}
