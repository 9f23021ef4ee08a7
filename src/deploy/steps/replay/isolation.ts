/** Whether a project's SQL stays in its database, or makes roles and the like and so needs a scratch server of its own. */
import type { ScratchIsolation } from "../../../ports/scratch.ts";
import type { Project } from "../../../project/project.ts";
import { reachesBeyond } from "../source/read.ts";

export async function isolationFor(project: Project): Promise<ScratchIsolation> {
  const { baseline, declared, migrations, startingPoints } = project;
  const files = [
    ...(baseline?.files ?? []),
    ...(declared?.kind === "files" ? declared.files : []),
    ...startingPoints.flatMap((point) => point.files),
    ...migrations.flatMap((file) => (file.kind === "sql" ? [file.up] : [])),
  ];
  return (await reachesBeyond(files.map(({ text }) => text))) ? "cluster" : "database";
}
