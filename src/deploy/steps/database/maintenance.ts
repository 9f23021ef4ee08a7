/**
 * A session in another database of the same server: a database can be neither created nor dropped from inside of
 * it. The usual two are tried in turn, since not every role may connect to each, unless one is named.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { Session } from "../../../ports/database.ts";
import type { DeployPorts } from "../../ports.ts";
import { connectPatiently } from "../connect.ts";
import { lookSession } from "../sessions.ts";

export interface MaintenanceRequest {
  readonly ports: Pick<DeployPorts, "database" | "clock" | "progress">;
  /** The database to connect to; undefined: the usual ones. */
  readonly maintenance?: string | undefined;
  readonly retryForMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const usual: readonly string[] = ["postgres", "template1"];

export async function openMaintenance(request: MaintenanceRequest): Promise<Session> {
  const { database } = request.ports;
  const candidates =
    request.maintenance === undefined
      ? usual.filter((name) => name !== database.name)
      : [request.maintenance];
  const failures: LockstepError[] = [];
  for (const candidate of candidates) {
    try {
      return await connectTo(candidate, request);
    } catch (error) {
      if (!(error instanceof LockstepError) || !isForAnother(error)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  throw new LockstepError(
    first?.code ?? "CONNECT.REJECTED",
    `no database to create or drop ${database.name} from: ${failures.map(({ message }) => message).join("; ")}`,
    {
      next: "Name a database that the role may connect to: --maintenance NAME",
      ...(first?.sqlState === undefined ? {} : { sqlState: first.sqlState }),
    },
  );
}

async function connectTo(name: string, request: MaintenanceRequest): Promise<Session> {
  const { ports, retryForMs, signal } = request;
  const options = lookSession(crypto.randomUUID());
  return await connectPatiently({
    database: ports.database,
    options: {
      ...options,
      // Copying a large template takes its time, whatever limit the role has by default.
      settings: { ...options.settings, statement_timeout: "0", idle_session_timeout: "0" },
      database: name,
    },
    clock: ports.clock,
    progress: ports.progress,
    retryForMs: retryForMs ?? 0,
    signal,
  });
}

/** It is not there, or the role may not connect to it. */
function isForAnother({ code }: LockstepError): boolean {
  return code === "CONNECT.DATABASE_ABSENT" || code === "CONNECT.REJECTED";
}
