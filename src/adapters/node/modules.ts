/**
 * Loads the user's own modules, TypeScript too, on every Node that lockstep runs on. jiti is the one loader, and it
 * is not loaded before the first such module.
 */
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
  const loaded: unknown = await jiti.import(path);
  return asModule(loaded);
}

/** CommonJS may export anything; then that is the default export. */
function asModule(loaded: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof loaded === "object" && loaded !== null;
  return isObject ? Object.fromEntries(Object.entries(loaded)) : { default: loaded };
}
