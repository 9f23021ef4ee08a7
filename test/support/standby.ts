/** A standby of a cluster of a test's own, which follows it by streaming. */
import { execFile } from "node:child_process";
import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { onTestFinished } from "vitest";
import {
  ensureCluster,
  removeClusterFolder,
  stopCluster,
} from "../../src/adapters/scratch/cluster.ts";
import { endpointUrl } from "../../src/adapters/scratch/endpoint.ts";
import type { OwnCluster } from "./own-cluster.ts";

export interface Standby {
  /** Of its database postgres, as the superuser. */
  readonly url: string;
  /** Of the superuser, closed when the test has finished. */
  readonly client: pg.Client;
  /** The main process of its server. */
  readonly pid: number;
}

/** The primary is stopped for it, and starts again at its next `url()`. */
export async function standbyOf(primary: OwnCluster, name: string): Promise<Standby> {
  const { server, home: from } = primary.request;
  const home = `${from}-standby`;
  const data = join(home, "data");
  await primary.url();
  await stopCluster(from, server, "fast");
  await mkdir(home, { recursive: true, mode: 0o755 });
  await promisify(execFile)("cp", ["-a", join(from, "data"), data]);
  const signal = join(data, "standby.signal");
  await writeFile(signal, "");
  if (server.user !== undefined) await chown(signal, server.user.uid, server.user.gid);
  const { hostname, port, password } = new URL(await primary.url());
  const settings = {
    ...primary.request.settings,
    primary_conninfo: `host=${hostname} port=${port} user=postgres password=${password} application_name=${name}`,
  };
  // It is as it was copied; nothing can be written there.
  const request = { ...primary.request, home, settings, prepare: () => Promise.resolve() };
  onTestFinished(async () => {
    await stopCluster(home, server, "immediate");
    await removeClusterFolder(home);
  });
  const own = new URL(endpointUrl((await ensureCluster(request)).endpoint, "postgres", "tcp"));
  own.password = password;
  const client = new pg.Client({ connectionString: own.href });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  const { rows } = await client.query<{ pid: number }>(
    "select (regexp_match(pg_read_file('postmaster.pid'), '^\\d+'))[1]::int as pid",
  );
  return { url: own.href, client, pid: rows[0]?.pid ?? 0 };
}
