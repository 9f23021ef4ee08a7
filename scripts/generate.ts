/** `npm run generate`: writes the generated parts of the reference. `npm run check` fails when they lag behind. */
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedPages } from "./reference.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
for (const { path, text } of await generatedPages(root)) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
// Pages whose tables are compared with the code in a test of their own are written by it. What else the tests of the
// documentation find is for `npm run check` to say.
spawnSync("npx", ["vitest", "run", "test/docs"], {
  stdio: "ignore",
  env: { ...process.env, UPDATE: "1" },
});
