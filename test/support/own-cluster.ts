/** A cluster of a test's own, which it may stop, or whose settings are its own. */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { cacheFolder } from "../../src/adapters/scratch/cache-folder.ts";
import {
  ensureCluster,
  removeClusterFolder,
  stopCluster,
  type ClusterRequest,
} from "../../src/adapters/scratch/cluster.ts";
import { connectTo, endpointUrl } from "../../src/adapters/scratch/endpoint.ts";
import { newestMajor, testServer } from "./servers.ts";

export interface OwnCluster {
  readonly request: ClusterRequest;
  /** Starts it when it does not run; of its database postgres. */
  readonly url: () => Promise<string>;
}

/** Stopped and removed when the test has finished. */
export async function ownCluster(settings: ClusterRequest["settings"] = {}): Promise<OwnCluster> {
  const cache = await cacheFolder(process.env);
  const server = await testServer(newestMajor);
  const home = join(process.env["LOCKSTEP_TEST_RUN"] ?? cache, `own-${process.pid}-${Date.now()}`);
  const request: ClusterRequest = {
    home,
    cache,
    server,
    tcp: true,
    settings,
    idleSeconds: undefined,
    keepData: true,
    prepare: async (endpoint, asMade) => {
      const { client } = await connectTo(asMade, { applicationName: "test" });
      await client.query(`alter role postgres password '${endpoint.password}'`);
      await client.end();
    },
  };
  onTestFinished(async () => {
    await stopCluster(home, server, "immediate");
    await removeClusterFolder(home);
  });
  const url = async (): Promise<string> =>
    endpointUrl((await ensureCluster(request)).endpoint, "postgres", "tcp");
  return { request, url };
}
