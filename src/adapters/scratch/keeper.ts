/**
 * Ends a server that nobody owns any more. The keeper is a backend of that server itself: it needs no client and
 * no process of ours, sees by an advisory lock whether a lease is held, and stops the server when none was for a
 * while. Killing the keeper stops the server as well (restart_after_crash is off), so no server outlives it.
 *
 * A lease is a connection that holds the shared lock: a command that is killed loses it with its socket.
 */
import { InternalError, LockstepError } from "../../core/errors.ts";
import { errorCode } from "../node/processes.ts";
import { connectTo, type Endpoint, type OwnConnection } from "./endpoint.ts";

export interface Lease {
  readonly backendPid: number;
  release(): Promise<void>;
}

/** The lock's key: the letters of "lockstep". */
const leaseKey = "7813274680203109744";
const keeperName = "lockstep keeper";

/** Takes a lease, or undefined when the server is gone or about to stop. */
export async function takeLease(endpoint: Endpoint): Promise<Lease | undefined> {
  let connection: OwnConnection;
  try {
    connection = await connectTo(endpoint, { applicationName: "lockstep lease" });
  } catch (error) {
    // A server without a free connection is not gone: others are using it.
    if (errorCode(error) !== "53300") return undefined;
    throw new LockstepError("EMBEDDED.BUSY", "the embedded server has no free connection", {
      cause: error,
    });
  }
  const { client } = connection;
  try {
    // The keeper holds the lock for an instant once per second, and for good when it has decided to stop.
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const result = await client.query<{ held: boolean; pid: number }>(
        `select pg_try_advisory_lock_shared(${leaseKey}) as held, pg_backend_pid() as pid`,
      );
      const row = result.rows[0];
      if (row?.held) return leaseOn(connection, row.pid);
      await client.query("select pg_sleep(0.005)");
    }
  } catch {
    // The server stopped meanwhile.
  }
  await client.end().catch(() => undefined);
  return undefined;
}

/** Starts the keeper in a server that was just started, and resolves when it keeps watch. */
export async function startKeeper(endpoint: Endpoint, options: KeeperOptions): Promise<void> {
  const { client, socket } = await connectTo(endpoint, {
    applicationName: keeperName,
    settings: { client_connection_check_interval: "0", statement_timeout: "0" },
  });
  await new Promise<void>((resolve, reject) => {
    client.on("notice", (notice) => {
      if (notice.message === keeperName) resolve();
    });
    client.query(keeperLoop(options)).then(
      () => reject(new InternalError("the keeper's loop ended")),
      (error: unknown) =>
        reject(
          new LockstepError("EMBEDDED.START_FAILED", "the server's keeper does not start", {
            cause: error,
          }),
        ),
    );
  });
  client.removeAllListeners();
  client.on("error", () => undefined);
  // Without a goodbye: the backend does not read while it loops, and is not to end with us.
  socket.destroy();
}

export interface KeeperOptions {
  readonly idleSeconds: number;
  /** A shell command, run in the data folder, that stops the server. */
  readonly stopCommand: string;
}

function leaseOn({ client, socket }: OwnConnection, backendPid: number): Lease {
  // A lease that is still held must not keep our process from ending.
  socket.unref();
  return {
    backendPid,
    release: async () => {
      socket.ref();
      await client.end().catch(() => undefined);
    },
  };
}

/** Commits in every round, so that it never holds back vacuum with an old snapshot. */
function keeperLoop(options: KeeperOptions): string {
  const stop = quoteLiteral(`copy (select 1) to program ${quoteLiteral(options.stopCommand)}`);
  return `do $keeper$
declare
  idle_seconds int := 0;
begin
  raise notice '${keeperName}';
  loop
    perform pg_catalog.pg_sleep(1);
    if pg_catalog.pg_try_advisory_lock(${leaseKey}) then
      idle_seconds := idle_seconds + 1;
      exit when idle_seconds >= ${options.idleSeconds};
      perform pg_catalog.pg_advisory_unlock(${leaseKey});
    else
      idle_seconds := 0;
    end if;
    commit;
  end loop;
  loop
    execute ${stop};
    perform pg_catalog.pg_sleep(1);
  end loop;
end
$keeper$`;
}

function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}
