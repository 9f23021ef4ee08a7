/** `lockstep wait`: until the server is up, or until this project's migrations are applied. */
import { formatDuration } from "../../core/duration.ts";
import { wait as waitFor, waitTimeoutMsDefault } from "../../deploy/wait.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const wait: Command = {
  name: "wait",
  summary: "Wait until the server is up, or until everything is applied",
  description:
    "Waits until the target's server takes connections. A server that starts, is full or is not there yet is " +
    "tried again; a wrong password or an absent database fails at once.\n\n" +
    "--applied waits until the ledger has every migration of the project on disk: for an application's container " +
    "that must not start before its Job or init container has deployed. It reads only and takes no lock.\n\n" +
    "Ends with 2 and WAIT.TIMEOUT or CONNECT.* when --timeout is over.",
  positionals: [],
  flags: ["applied", "timeout", "set", ...targetFlags],
  examples: [
    { line: "lockstep wait", doc: "Until the server is up." },
    { line: "lockstep wait --applied --timeout 5m && npm start", doc: "Until it is deployed." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { applied, timeout } = context.flags;
    const { database } = await parts.target();
    const report = await waitFor({
      database,
      ...(applied === true ? { project: await parts.project() } : {}),
      timeoutMs: timeout ?? waitTimeoutMsDefault,
      clock: parts.clock,
      progress: context.progress,
      signal: context.signal,
    });
    const what =
      report.applied === undefined
        ? "the server is up"
        : `all ${report.applied} migrations are applied`;
    const talk = `${what}: ${report.database} (after ${formatDuration(report.waitedMs)})\n`;
    return { json: report, text: "", talk };
  },
};
