/** What to type when a target differs: the way of the difference into the project, and away from the target. */
import type { Project } from "../../../project/project.ts";
import type { Against } from "./expected.ts";

export function waysBack(project: Project, against: Against): readonly string[] {
  const usual = project.migrations.length > 0 ? "migrations" : "baseline";
  const source = typeof against === "string" ? (against === "lock" ? usual : against) : "SOURCE";
  return [
    `lockstep diff --from ${source} --to live --sql   what to take into the project, as a migration`,
    `lockstep diff --from live --to ${source} --sql   what takes it away from the target`,
  ];
}
