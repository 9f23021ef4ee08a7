/**
 * Puts what a deploy with nothing to do loads into one file: finding, opening and compiling forty small ones costs a
 * tenth of its time. The modules are those that the roots import statically, so the list keeps itself; what a command
 * loads when it needs it stays apart.
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

/** `--version` needs these and nothing else. */
const apart: readonly string[] = ["src/cli/main.ts", "src/core/version.ts"];

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** For `codeSplitting.groups[].name`: the name of a module's chunk, or null where it does not matter. */
export function startChunk(): (id: string, graph: ModuleGraph) => string | null {
  let closure: ReadonlySet<string> | undefined;
  return (id, graph) => {
    closure ??= closureOf(graph);
    return closure.has(id) ? "start" : null;
  };
}

function closureOf(graph: ModuleGraph): ReadonlySet<string> {
  const seen = new Set<string>(apart.map((path) => resolve(path)));
  const waiting = roots.map((path) => resolve(path));
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  for (const path of apart) seen.delete(resolve(path));
  return seen;
}
