/**
 * Takes every migration of a history back, right after it was applied, in a copy of the database, and deploys it
 * again there. A way back that runs and leaves another schema is its author's, and is counted, not mended; a second
 * deploy after a way back that restored the schema must end where the first did.
 */
import { rollback } from "../../src/deploy/rollback.ts";
import { LockstepError } from "../../src/core/errors.ts";
import type { Project } from "../../src/project/project.ts";
import { deployerOf, deployFolder } from "../../test/support/deploy.ts";
import { createDatabase, dropDatabase } from "./cluster.ts";
import { differences, userLines } from "./lines.ts";
import type { WaysBack } from "./project.ts";

export interface History {
  readonly folder: string;
  readonly major: number;
  readonly project: Project;
  /** One of so many is taken back. */
  readonly every: number;
}

export async function tryWaysBack(history: History): Promise<WaysBack> {
  const counts = { restored: 0, different: 0, failed: 0 };
  const database = await createDatabase(history.major);
  try {
    let before: readonly string[] = await userLines(database.url);
    for (const [index, { id, down, kind }] of history.project.migrations.entries()) {
      if (kind === "external") continue;
      await deployTo(history.folder, database.url, id);
      const after = await userLines(database.url);
      if (down !== undefined && index % history.every === 0) {
        const copy = await createDatabase(history.major, database.name);
        try {
          counts[await tryOne({ ...history, url: copy.url, id, before, after })]++;
        } finally {
          await dropDatabase(history.major, copy);
        }
      }
      before = after;
    }
    return counts;
  } finally {
    await dropDatabase(history.major, database);
  }
}

interface OneWayBack extends History {
  readonly url: string;
  readonly id: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

async function tryOne({ folder, url, id, before, after }: OneWayBack): Promise<keyof WaysBack> {
  const { ports, project, close } = await deployerOf(folder, url);
  try {
    await rollback(ports, { project, steps: 1 });
  } catch (error) {
    if (error instanceof LockstepError && error.code !== "INTERNAL.BUG") return "failed";
    throw error;
  } finally {
    await close();
  }
  if (differences(before, await userLines(url)).length > 0) return "different";
  await deployTo(folder, url, id);
  const found = differences(after, await userLines(url));
  if (found.length > 0) throw new Error(`${id}, taken back and deployed again: ${found[0] ?? ""}`);
  return "restored";
}

async function deployTo(folder: string, url: string, id: string): Promise<void> {
  await deployFolder(folder, url, { to: id });
}
