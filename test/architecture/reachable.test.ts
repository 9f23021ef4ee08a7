import { dirname, posix } from "node:path";
import { expect, test } from "vitest";
import { importsOf, sourcesIn } from "../support/sources.ts";

const entries = ["src/index.ts", "src/cli/main.ts"];

test("every file of src is used by the command line or by the library", () => {
  const sources = new Map(sourcesIn("src").map((source) => [source.path, source]));
  const reached = new Set<string>();
  const queue = [...entries];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const source = sources.get(path);
    if (source === undefined || reached.has(path)) continue;
    reached.add(path);
    const imports = importsOf(source).filter((specifier) => specifier.startsWith("."));
    const folder = dirname(path);
    queue.push(...imports.map((specifier) => posix.join(folder, specifier)));
  }
  const unused = [...sources.keys()].filter(
    (path) => !reached.has(path) && !path.endsWith(".d.ts"),
  );
  expect(unused.join("\n")).toBe("");
});
