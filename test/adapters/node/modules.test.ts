/** The user's own modules are what their files hold now, also in a process that has read them before. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { importModule } from "../../../src/adapters/node/modules.ts";
import { folderWith, writeFiles } from "../../support/folders.ts";

test.each(["ts", "mts", "mjs", "js", "cts", "cjs"])("a .%s file is read anew", async (ending) => {
  const isCommon = ending.startsWith("c");
  const name = `module.${ending}`;
  const of = (value: number): Record<string, string> => ({
    [name]: isCommon ? `exports.value = ${value};` : `export const value = ${value};`,
  });
  const folder = await folderWith(of(1));
  expect(await importModule(join(folder, name))).toMatchObject({ value: 1 });
  await writeFiles(folder, of(2));
  expect(await importModule(join(folder, name))).toMatchObject({ value: 2 });
});

test("a module that Node itself could load waits, imports its neighbours and knows its place", async () => {
  const folder = await folderWith({
    "near.cjs": "module.exports = () => 'near';",
    "module.mjs": `import { basename } from "node:path";
import near from "./near.cjs";
const waited = await Promise.resolve("waited");
export const value = [waited, near(), basename(import.meta.url)];`,
    "common.cjs": "exports.up = async () => (await import('./module.mjs')).value;",
  });
  const value = ["waited", "near", "module.mjs"];
  expect(await importModule(join(folder, "module.mjs"))).toEqual({ value });
  const { up } = await importModule(join(folder, "common.cjs"));
  expect(await (up as () => Promise<unknown>)()).toEqual(value);
});
