/**
 * Puts what a deploy with nothing to do loads into one file, and what one with something to do loads besides into
 * another: finding, opening and compiling forty small ones costs a tenth of their time. The modules are those that
 * the roots import statically, so the lists keep themselves; what a command loads when it needs it stays apart.
 */
import { resolve } from "node:path";

/** Each is reached by `import()` from the one before, on the way of a no-op. */
const roots: readonly string[] = [
  "src/cli/run.ts",
  "src/cli/commands/deploy.ts",
  "src/adapters/node/project.ts",
  "src/project/config/read.ts",
  "src/adapters/postgres/connect.ts",
  "src/adapters/postgres/settings.ts",
];

/** When something is lacking. */
const pendingRoots: readonly string[] = ["src/deploy/pending.ts", "src/sql/parse.ts"];

/** When the project says what the schema must be. */
const verifyingRoots: readonly string[] = ["src/deploy/steps/live/after-deploy.ts"];

/** `--version` needs these and nothing else. */
const apart: readonly string[] = ["src/cli/main.ts", "src/core/version.ts"];

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** For `codeSplitting.groups[].name`: the name of a module's chunk, or null where it does not matter. */
export function startChunk(): (id: string, graph: ModuleGraph) => string | null {
  let chunks: ReadonlyMap<string, string> | undefined;
  return (id, graph) => {
    chunks ??= chunksOf(graph);
    return chunks.get(id) ?? null;
  };
}

function chunksOf(graph: ModuleGraph): ReadonlyMap<string, string> {
  const chunks = new Map<string, string>();
  const seen = new Set(apart.map((path) => resolve(path)));
  const fill = (name: string, paths: readonly string[]): void => {
    const waiting = paths.map((path) => resolve(path));
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      chunks.set(id, name);
      waiting.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
    }
  };
  fill("start", roots);
  fill("pending", pendingRoots);
  fill("verifying", verifyingRoots);
  return chunks;
}
