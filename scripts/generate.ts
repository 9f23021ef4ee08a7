/** `npm run generate`: writes the generated parts of the reference. `npm run check` fails when they lag behind. */
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedPages } from "./reference.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
for (const { path, text } of await generatedPages(root)) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
// Pages whose tables are compared with the code in a test of their own write themselves.
execFileSync("npx", ["vitest", "run", "test/docs"], {
  stdio: ["ignore", "ignore", "ignore"],
  env: { ...process.env, UPDATE: "1" },
});
