/** The composition root with a command's flags: what commands ask for a project, a target, a scratch database. */
import { compose, type Parts } from "../compose.ts";
import type { CommandContext } from "./command.ts";

/** Closed by the frame when the command has ended. A command that calls it lists `...targetFlags`, or `config`. */
export function partsOf(context: CommandContext): Parts {
  const { flags, environment, workingFolder, note } = context;
  const parts = compose({
    projectFolder: flags.project,
    configFile: flags.config,
    target: flags.target,
    url: flags.url,
    environment,
    workingFolder,
    note,
  });
  context.atEnd(() => parts.close());
  return parts;
}
