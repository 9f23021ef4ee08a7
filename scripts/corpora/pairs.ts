/** The pairs of schemas of the corpora, of which some make databases that no project has. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadScript } from "../../test/support/diff_case.ts";
import { databaseOf } from "../../test/support/sessions.ts";
import type { Fill } from "./backup-trial.ts";
import { corporaFolder } from "./folder.ts";
import type { CorpusProject } from "./project.ts";

/** Every so manyth, in the order of names; none with 0. */
export function pairs(every: number): readonly CorpusProject[] {
  const root = join(corporaFolder, "diff");
  if (every === 0 || !existsSync(root)) return [];
  return readdirSync(root)
    .flatMap((set) => readdirSync(join(root, set)).map((name) => `${set}/${name}`))
    .filter((_name, position) => position % every === 0)
    .map(pair);
}

function pair(name: string): CorpusProject {
  const source = `diff/${name}`;
  const cluster = join(corporaFolder, source, "cluster.sql");
  return {
    ...{ name, source, into: "" },
    ...(existsSync(cluster) ? { prepare: readFileSync(cluster, "utf8") } : {}),
    expected: { outcome: "deployed", why: "the second schema, loaded as psql would" },
  };
}

/** The second of the two schemas. */
export const loadPair: Fill = async ({ folder }, { url }) => {
  const session = await databaseOf(url).connect();
  try {
    const text = readFileSync(join(folder, "after.sql"), "utf8");
    return await loadScript(session, { name: "after.sql", text });
  } finally {
    await session.close();
  }
};
