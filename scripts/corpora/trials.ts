/** What the scripts that try every project of the corpora have in common: majors, projects, databases, and the end of it all. */
import { rm } from "node:fs/promises";
import { makeRunFolder } from "../../test/support/run-folder.ts";
import { stopTestClusters, testMajors } from "../../test/support/servers.ts";
import { administer, createDatabase, dropDatabase, type CorpusDatabase } from "./cluster.ts";
import { layOut } from "./folder.ts";
import type { CorpusProject } from "./project.ts";

export interface Choice {
  /** `18,14`; by default the majors of the tests, the newest first. */
  readonly majors?: string | undefined;
  /** Names of projects; by default all. */
  readonly only?: string | undefined;
}

export async function tryEach<Trial, Project extends CorpusProject>(
  choice: Choice,
  projects: readonly Project[],
  attempt: (project: Project, major: number, majors: readonly number[]) => Promise<Trial>,
): Promise<readonly Trial[]> {
  const runFolder = await makeRunFolder();
  const majors = choice.majors?.split(",").map(Number) ?? testMajors.toReversed();
  const names = choice.only?.split(",");
  const trials: Trial[] = [];
  try {
    for (const major of majors) {
      for (const project of projects.filter(({ name }) => names?.includes(name) ?? true)) {
        process.stderr.write(`${project.name} on ${major} ...\n`);
        trials.push(await attempt(project, major, majors));
      }
    }
  } finally {
    await stopTestClusters(runFolder);
  }
  return trials;
}

/** Not everybody has the corpora, and that is no failure. */
export function skipped(): number {
  process.stderr.write("skipped: ../shared/corpora is not there\n");
  return 0;
}

export interface Place {
  readonly corpus: CorpusProject;
  readonly major: number;
  readonly folder: string;
  readonly make: () => Promise<CorpusDatabase>;
}

/** The project in a folder of its own, with databases as it takes them; nothing is left of either. */
export async function inPlace<Trial>(
  corpus: CorpusProject,
  major: number,
  attempt: (place: Place) => Promise<Trial>,
): Promise<Trial> {
  const databases: CorpusDatabase[] = [];
  const folder = await layOut(corpus);
  const make = async (): Promise<CorpusDatabase> => {
    const database = await createDatabase(major);
    databases.push(database);
    return database;
  };
  try {
    if (corpus.prepare !== undefined) await administer(major, corpus.prepare);
    return await attempt({ corpus, major, folder, make });
  } finally {
    for (const database of databases) await dropDatabase(major, database);
    await rm(folder, { recursive: true, force: true });
  }
}
