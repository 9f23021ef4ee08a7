/** The composition root with a command's flags: what commands ask for a project, a target, a scratch database. */
import { compose, type Parts } from "../compose.ts";
import type { Project } from "../project/project.ts";
import type { CommandContext } from "./command.ts";
import { renderFindings } from "./render/human.ts";
import { plain } from "./render/style.ts";

/**
 * Closed by the frame when the command has ended. A command that calls it lists `...targetFlags`, or `config`. What is
 * odd about the project's files is said once, by whichever command reads them.
 */
export function partsOf(context: CommandContext): Parts {
  const { flags, environment, workingFolder, note, signal } = context;
  const parts = compose({
    projectFolder: flags.project,
    configFile: flags.config,
    target: flags.target,
    url: flags.url,
    environmentName: flags.environment,
    variables: flags.set,
    roles: flags.roles,
    environment,
    workingFolder,
    signal,
    note,
  });
  context.atEnd(() => parts.close());
  let isSaid = false;
  const said = async (reading: Promise<Project>): Promise<Project> => {
    const read = await reading;
    const odd = isSaid ? [] : read.findings.filter(({ severity }) => severity !== "info");
    isSaid = true;
    if (odd.length > 0) note(renderFindings(odd, plain));
    return read;
  };
  const project = (): Promise<Project> => said(parts.project());
  const wholeProject = (): Promise<Project> => said(parts.wholeProject());
  return { ...parts, project, wholeProject };
}
