/** The adapters for reading sources, made of the parts that the command line and the library share. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { nodeFiles } from "./adapters/node/files.ts";
import type { Parts } from "./compose.ts";
import { formatDuration } from "./core/duration.ts";
import { LockstepError } from "./core/errors.ts";
import type { SourcePath, SourcePorts } from "./deploy/steps/source/ports.ts";
import type { DeclaredCommand } from "./project/config.ts";
import { decodeText } from "./project/decode.ts";
import type { Progress } from "./ports/progress.ts";

export interface SourceSurroundings {
  readonly parts: Parts;
  readonly workingFolder: string;
  readonly progress: Progress;
}

export function sourcePortsOf({ parts, workingFolder, progress }: SourceSurroundings): SourcePorts {
  return {
    live: async () => {
      const target = await parts.target();
      return target.direct ?? target.database;
    },
    databaseAt: (url) => parts.databaseAt(url),
    project: () => parts.wholeProject(),
    files: parts.files,
    scratch: () => parts.scratch(),
    openPath: (path) => openPath(parts, resolve(workingFolder, path)),
    openBackup: async (path) => {
      const { openStoredBackup } = await import("./backup-ports.ts");
      return await openStoredBackup({ parts, workingFolder, path, progress });
    },
    owner: async () => (await parts.config()).owner,
    readCatalog: async (session, filter, shared) => {
      const { readCatalog } = await import("./adapters/postgres/catalog/read.ts");
      const { owner: defaultOwner, roles } = await parts.config();
      const isForeign =
        roles !== undefined &&
        filter.inScratch === true &&
        (await parts.scratch()).place === "server";
      // On a server that somebody else runs no SQL of ours makes roles, so that those that are there are not declared.
      const declared = isForeign ? [] : roles;
      return await readCatalog(session, { defaultOwner, roles: declared, ...filter }, { shared });
    },
    loadModule: async (path) => {
      const { importModule } = await import("./adapters/node/modules.ts");
      return await importModule(join(parts.projectFolder, path));
    },
    runCommand: (declared) => runCommand(declared, parts),
    progress,
  };
}

/** Within the project its root is the root; elsewhere the folder that is named, or the one that holds the file. */
function openPath(parts: Parts, path: string): SourcePath {
  const within = relative(parts.projectFolder, path);
  if (!within.startsWith("..") && !isAbsolute(within)) {
    return { files: parts.files, path: within.replaceAll("\\", "/") };
  }
  if (existsSync(path) && statSync(path).isDirectory()) {
    return { files: nodeFiles(path), path: "" };
  }
  return { files: nodeFiles(dirname(path)), path: basename(path) };
}

/** Of what a command prints; a schema is text that people read. */
const outputBytesMax = 256 * 1024 * 1024;

const nothing = new Uint8Array();
const nextWhereEmpty =
  "Run the command by itself in the project's folder. Where the schema is meant to be empty, have it print a comment.";

/** With a shell, since the config is the user's own. */
async function runCommand({ command, timeoutMs }: DeclaredCommand, parts: Parts): Promise<string> {
  const { runShell } = await import("./adapters/node/shell-command.ts");
  const { projectFolder: cwd, signal } = parts;
  const result = await runShell(command, { cwd, timeoutMs, outputBytesMax, signal });
  if (result.endedBy === "abort") signal?.throwIfAborted();
  const isDone = result.endedBy === "itself" && result.exitCode === 0;
  const { text } = decodeText(isDone ? result.stdoutBytes : nothing, `the output of ${command}`);
  // Some say on stderr that they failed, and end with 0: no output is not taken for an empty schema.
  if (text.trim() !== "") return text;
  const { withoutSecrets } = await import("./adapters/node/programs.ts");
  const environment = await parts.environment();
  const how = {
    itself: isDone ? "printed nothing" : `ended with ${result.exitCode ?? "a signal"}`,
    abort: "was ended",
    timeout: `had not ended after ${formatDuration(timeoutMs)}, and was ended with all that it started`,
    output: `printed more than ${outputBytesMax / 1024 / 1024} MB, and was ended`,
  }[result.endedBy];
  throw new LockstepError(
    result.endedBy === "timeout" ? "SOURCE.COMMAND_TIMEOUT" : "SOURCE.COMMAND_FAILED",
    `the command that prints the declared schema ${how}: ${withoutSecrets(command, environment)}`,
    {
      notes: withoutSecrets(result.stderr, environment)
        .split("\n")
        .filter((line) => line.trim() !== "")
        .slice(-10),
      ...(isDone ? { next: nextWhereEmpty } : {}),
    },
  );
}
