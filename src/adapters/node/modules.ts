/**
 * Loads the user's own modules, TypeScript too, on every Node that lockstep runs on. jiti is the one loader, and it
 * is not loaded before the first such module.
 */
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { defineConfig } from "../../project/user-config.ts";

/** Named exports and `default`. `path` is absolute. Read anew each time: the file may have changed. */
export async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(import.meta.url, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    // A config works without an installed copy of the package: what it needs of it is this.
    virtualModules: { "pg-lockstep": { defineConfig } },
  });
  const ext = extname(path);
  // By import, jiti leaves these to Node, which gives what it read first for as long as the process lives.
  const loaded: unknown = await (nodesOwn.includes(ext)
    ? jiti.evalModule(await readFile(path, "utf8"), { ...asNode, filename: path, ext })
    : jiti.import(path));
  return asModule(loaded);
}

const nodesOwn: readonly string[] = [".mjs", ".cjs"];
const asNode = { async: true, forceTranspile: true } as const;

/** CommonJS may export anything; then that is the default export. */
function asModule(loaded: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof loaded === "object" && loaded !== null;
  return isObject ? Object.fromEntries(Object.entries(loaded)) : { default: loaded };
}
