/** Whether a project's SQL stays in its database, or makes roles and the like and so needs a scratch server of its own. */
import type { ScratchIsolation } from "../../../ports/scratch.ts";
import type { Project } from "../../../project/project.ts";
import { RoleNeeded } from "../source/load.ts";
import { reachesBeyond } from "../source/read.ts";

/** Also where a statement needs a role that is not there: nobody says so before the server does. */
export async function inIsolation<Result>(
  project: Project,
  work: (isolation: ScratchIsolation) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(await isolationFor(project));
  } catch (error) {
    if (!(error instanceof RoleNeeded)) throw error;
    return await work("cluster");
  }
}

async function isolationFor(project: Project): Promise<ScratchIsolation> {
  const { baseline, declared, migrations, startingPoints } = project;
  const files = [
    ...(baseline?.files ?? []),
    ...(declared?.kind === "files" ? declared.files : []),
    ...startingPoints.flatMap((point) => point.files),
    ...migrations.flatMap((file) => (file.kind === "sql" ? [file.up] : [])),
  ];
  return (await reachesBeyond(files.map(({ text }) => text))) ? "cluster" : "database";
}
