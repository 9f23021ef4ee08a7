/**
 * `lockstep dev ...`: the developer's own database. The commands share one file since each is a line or two around
 * the adapter, which does the work and knows the rules.
 */
import {
  type DevelopmentOptions,
  type DevelopmentStatus,
  developmentStatus,
  developmentUrl,
  startDevelopment,
  stopDevelopment,
} from "../../adapters/scratch/development-database.ts";
import { assertNever } from "../../core/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";

export const devStart: Command = {
  name: "dev start",
  summary: "Start the project's development database",
  description:
    "Starts a PostgreSQL server of this project's own and prints its URL. Its data lies under .lockstep/ and " +
    "survives restarts; `lockstep dev stop` ends it. When it runs already, the URL is all that happens.\n\n" +
    "It listens on 127.0.0.1 only and asks for a password, which the URL holds.\n\n" +
    "--fresh deletes the data that is there and begins anew.",
  positionals: [],
  flags: ["major", "fresh"],
  examples: [
    { line: "lockstep dev start", doc: "Start it, or find it running." },
    { line: "lockstep dev start --fresh --major 16", doc: "Begin anew on another major." },
  ],
  run: async (context) => {
    const { major, fresh } = context.flags;
    const running = await startDevelopment({
      ...(await developmentOptions(context)),
      major,
      fresh,
    });
    const verb = running.started ? "started" : "already running";
    return {
      json: running,
      text: `${running.url}\n`,
      talk: `${verb}: PostgreSQL ${running.version}, data in ${running.folder}\n`,
    };
  },
};

export const devStop: Command = {
  name: "dev stop",
  summary: "Stop the development database; its data stays",
  description:
    "Ends the development database's server. The data stays and is there again after `lockstep dev start`. " +
    "Stopping one that does not run is no error.",
  positionals: [],
  flags: [],
  examples: [{ line: "lockstep dev stop", doc: "End the server." }],
  run: async (context) => {
    const stopped = await stopDevelopment(await developmentOptions(context));
    const talk = stopped ? "stopped; the data stays\n" : "it was not running\n";
    return { json: { stopped }, text: "", talk };
  },
};

export const devStatus: Command = {
  name: "dev status",
  summary: "Say whether the development database runs",
  description:
    "Says whether the development database runs, with which version, and where its data lies. Changes nothing.",
  positionals: [],
  flags: [],
  examples: [{ line: "lockstep dev status --json", doc: "The same for a script." }],
  run: async (context) => {
    const status = await developmentStatus(await developmentOptions(context));
    return { json: status, text: `${describe(status)}\n` };
  },
};

export const devUrl: Command = {
  name: "dev url",
  summary: "Print the URL of the running development database",
  description:
    "Prints the URL, password included, for other programs. Starts nothing: when the database does not run, it " +
    "fails with DEV.NOT_RUNNING.",
  positionals: [],
  flags: [],
  examples: [
    { line: 'psql "$(lockstep dev url)"', doc: "Look into it." },
    { line: 'DATABASE_URL="$(lockstep dev url)" npm start', doc: "Run the application on it." },
  ],
  run: async (context) => {
    const url = await developmentUrl(await developmentOptions(context));
    return { json: { url }, text: `${url}\n` };
  },
};

async function developmentOptions(context: CommandContext): Promise<DevelopmentOptions> {
  const parts = partsOf(context);
  return { projectFolder: parts.projectFolder, environment: await parts.environment() };
}

function describe(status: DevelopmentStatus): string {
  switch (status.state) {
    case "absent":
      return "there is none yet; lockstep dev start makes one";
    case "stopped":
      return `stopped: PostgreSQL ${status.major}, data in ${status.folder}`;
    case "running":
      return `running: PostgreSQL ${status.version}, process ${status.pid}, data in ${status.folder}`;
    default:
      return assertNever(status, "describe");
  }
}
