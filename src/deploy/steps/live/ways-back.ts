/** What to type when a target differs: the way of the difference into the project, and away from the target. */
import type { ObjectDifference } from "../../../catalog/explain.ts";
import type { Project } from "../../../project/project.ts";
import type { Against } from "./expected.ts";

export interface Drift {
  readonly project: Project;
  readonly against: Against;
  /** What is expected on the left, what is there on the right. */
  readonly differences: readonly ObjectDifference[];
}

/** As they can be typed: a command that drops is refused without the word for it. */
export function waysBack({ project, against, differences }: Drift): readonly string[] {
  const usual = project.migrations.length > 0 ? "migrations" : "baseline";
  const source = typeof against === "string" ? (against === "lock" ? usual : against) : "SOURCE";
  const lost = allowing(differences, "left");
  const more = allowing(differences, "right");
  return [
    `lockstep diff --from ${source} --to live --sql${lost}   what to take into the project, as a migration`,
    `lockstep diff --from live --to ${source} --sql${more}   what takes it away from the target`,
  ];
}

function allowing(differences: readonly ObjectDifference[], side: "left" | "right"): string {
  const kinds = differences
    .filter(({ presence }) => presence === side)
    .map(({ id }) => id.slice(0, id.indexOf(":")));
  if (kinds.length === 0) return "";
  return ` --allow-drop ${[...new Set(kinds)].toSorted().join(",")}`;
}
