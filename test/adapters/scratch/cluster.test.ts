import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { chmod } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../../../src/adapters/scratch/server-process.ts";
import { isPortTaken } from "../../../src/adapters/scratch/start-error.ts";
import { copyTemplate } from "../../../src/adapters/scratch/template.ts";
import { testCache } from "../../support/cache.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { newestMajor, testServer } from "../../support/servers.ts";

test("a server whose port is taken says so, with its log", async () => {
  const home = await temporaryFolder();
  await chmod(home, 0o755);
  const server = await testServer(newestMajor);
  await copyTemplate(server, await testCache(), join(home, "data"));
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const state = { socketFolder: undefined, port, tcp: true, password: "" };
  const error: unknown = await startServer({
    ...{ home, server, state, tcp: true, settings: {}, idleSeconds: undefined },
  }).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "EMBEDDED.START_FAILED" });
  expect(isPortTaken(error)).toBe(true);
});
