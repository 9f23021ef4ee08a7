/** `lockstep health`: one word for load balancers and containers, as JSON; once, or for whoever asks over HTTP. */
import { createServer, type Server } from "node:http";
import { LockstepError } from "../../core/errors.ts";
import { status as readStatus } from "../../deploy/status.ts";
import type { DeployPorts } from "../../deploy/ports.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Project } from "../../project/project.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

/** The document. */
export interface HealthReport {
  /** `pending`: the server is there, and something is not applied or does not fit. `down`: it can't be asked. */
  readonly status: "ok" | "pending" | "down";
  /** Of what failed. */
  readonly code?: string;
}

export const healthCommand: Command = {
  name: "health",
  summary: "Say whether the database is there and as the project says",
  description:
    'Prints {"status":"ok"} when the server answers and everything of the project is applied, {"status":"pending"} ' +
    'when something is lacking or wrong, {"status":"down"} when the database can\'t be asked. Ends with 0 for ok, with 4 ' +
    "otherwise. It reads the ledger only, takes no lock and changes nothing.\n\n" +
    "--listen answers the same over HTTP until it is stopped, on every path: 200 for ok, 503 otherwise. Nothing about " +
    "the database is in the answer but that word. One question is asked at a time, however many ask.",
  positionals: [],
  flags: ["listen", "set", ...targetFlags],
  examples: [
    { line: "lockstep health", doc: "Once, for a container's health check." },
    { line: "lockstep health --listen 8080", doc: "For a load balancer." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const project = await parts.project();
    const ports = await deployPortsOf(parts, context.progress);
    const ask = (): Promise<HealthReport> => askOnce(ports, project, context.signal);
    const port = context.flags.listen;
    const report = port === undefined ? await ask() : await listen(context, port, ask);
    return {
      json: report,
      text: `${JSON.stringify(report)}\n`,
      exitCode: report.status === "ok" ? 0 : 4,
    };
  },
};

async function askOnce(
  ports: DeployPorts,
  project: Project,
  signal: AbortSignal,
): Promise<HealthReport> {
  try {
    const { isUpToDate } = await readStatus(ports, { project, signal });
    return { status: isUpToDate ? "ok" : "pending" };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const isServers = error.code.startsWith("CONNECT.");
    return { status: isServers ? "down" : "pending", code: error.code };
  }
}

/** Until it is interrupted; that is its ordinary end. */
async function listen(
  context: CommandContext,
  port: number,
  ask: () => Promise<HealthReport>,
): Promise<HealthReport> {
  if (port > 65_535) throw new LockstepError("USAGE.INVALID", "--listen takes a port up to 65535");
  let asking: Promise<HealthReport> | undefined;
  const server = createServer((_request, response) => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    const answer = (report: HealthReport): void => {
      const code = report.status === "ok" ? 200 : 503;
      response.writeHead(code, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(`${JSON.stringify({ status: report.status })}\n`);
    };
    asking.then(answer, () => answer({ status: "down" }));
  });
  await started(server, port);
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  context.note(`answering on port ${bound}`);
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve();
    else context.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return { status: "ok" };
}

async function started(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `port ${port} can't be listened on: ${cause.message}`;
      reject(
        new LockstepError("USAGE.INVALID", message, { cause, next: "Name a port that is free." }),
      );
    });
    server.listen(port, resolve);
  });
}
