/** The migrations of another branch, for the proof that they and ours may come in either order. */
import { branchPoint, usualBase } from "./adapters/node/git.ts";
import { filesOfRevision } from "./adapters/node/git-files.ts";
import { readProject } from "./adapters/node/project.ts";
import type { Parts } from "./compose.ts";
import { LockstepError } from "./core/errors.ts";
import type { Others } from "./deploy/steps/prove/order.ts";
import type { Project } from "./project/project.ts";

export async function othersAt(parts: Parts, named: string): Promise<Others> {
  const folder = parts.projectFolder;
  const revision = named === "" ? ((await usualBase(folder)) ?? "") : named;
  const theirs = await projectAt(parts, revision);
  if (theirs === undefined) {
    throw new LockstepError("USAGE.INVALID", `git knows no revision ${JSON.stringify(revision)}`, {
      next: "lockstep test --base REVISION, such as origin/main",
    });
  }
  const point = await branchPoint(folder, revision);
  const before = point === undefined ? undefined : await projectAt(parts, point);
  const shared = new Set(before?.migrations.map(({ id }) => id));
  return { revision, migrations: theirs.migrations, shared };
}

async function projectAt(parts: Parts, revision: string): Promise<Project | undefined> {
  const files = await filesOfRevision(parts.projectFolder, revision);
  if (files === undefined) return undefined;
  return await readProject({ files, config: await parts.config(), isTolerant: true });
}
