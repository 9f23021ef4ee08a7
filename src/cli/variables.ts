/** What --set gives, over what the config says: for this run, with nothing written anywhere. */
import type { Project } from "../project/project.ts";

export function withVariables(
  project: Project,
  given: Readonly<Record<string, string>> | undefined,
): Project {
  if (given === undefined) return project;
  const { config } = project;
  return { ...project, config: { ...config, variables: { ...config.variables, ...given } } };
}
