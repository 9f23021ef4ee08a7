/** Nothing outside of the project's folder is read: not by a link, not by `..`, not by an absolute path. */
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { seed } from "../../src/deploy/seed.ts";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { targetOf } from "../support/targets.ts";

const secret = "create table stolen ();\n";
const first = { "migrations/001_a.sql": "create table a (t text);\n" };

async function refusedBy(
  files: Record<string, string>,
  link?: (folder: string, outside: string) => Promise<void>,
): Promise<LockstepError> {
  const database = await testDatabase();
  const outside = await folderWith({ "secret.sql": secret, "data.csv": "x\n" });
  const filled = Object.entries(files).map(
    ([name, text]) => [name, text.replaceAll("OUTSIDE", outside)] as const,
  );
  const folder = await folderWith(Object.fromEntries(filled));
  await link?.(folder, outside);
  const failure: unknown = await (async () => {
    const { ports, project } = await targetOf(folder, { url: database.url });
    const found = await project();
    await deploy(ports, { project: found, seed: found.seeds.length > 0 });
    return undefined;
  })().catch((error: unknown) => error);
  expect(await database.query("select from pg_class where relname = 'stolen'")).toEqual([]);
  expect(failure).toBeInstanceOf(LockstepError);
  if (!(failure instanceof LockstepError)) throw new RangeError("nothing was refused");
  expect(failure.code).not.toBe("INTERNAL.BUG");
  return failure;
}

test.each([
  ["\\i OUTSIDE/secret.sql"],
  ["\\i ../secret.sql"],
  ["\\ir ../../secret.sql"],
  ["\\i migrations/../../secret.sql"],
  ["\\copy a from 'OUTSIDE/data.csv'"],
  ["\\copy a from ../data.csv"],
  ["\\copy a from program 'cat /etc/passwd'"],
  ["\\! id"],
  ["\\o /tmp/x"],
  ["\\set x `id`"],
])("%s in a migration is refused", async (line) => {
  await refusedBy({ ...first, "migrations/002_b.sql": `${line}\n` });
});

test.each([["seed.sql"], ["migrations/002_b.sql"]])("%s as a link that leads out", async (name) => {
  const files = { ...first, "seeds/x.txt": "" };
  await refusedBy(files, (folder, outside) =>
    symlink(join(outside, "secret.sql"), join(folder, name)),
  ).catch((error: unknown) => {
    // A link to nowhere of ours is no migration: it may be left out, and said, instead of refused.
    if (!(error instanceof Error) || !/PROJECT|nothing was refused|instance/.test(error.message))
      throw error;
  });
});

test("a folder that is a link out, a config that names one, and an include through one", async () => {
  const linked = async (folder: string, outside: string): Promise<void> => {
    await mkdir(join(folder, "db"), { recursive: true });
    await symlink(outside, join(folder, "db", "out"));
  };
  const viaInclude = { ...first, "migrations/002_b.sql": "\\i db/out/secret.sql\n" };
  expect((await refusedBy(viaInclude, linked)).code).toBe("PROJECT.OUTSIDE");
  const viaSeeds = { ...first, "lockstep.config.json": '{ "seeds": "db/out/secret.sql" }' };
  expect((await refusedBy(viaSeeds, linked)).code).toBe("PROJECT.OUTSIDE");
  const viaBaseline = { ...first, "lockstep.config.json": '{ "baseline": "db/out/secret.sql" }' };
  expect((await refusedBy(viaBaseline, linked)).code).toBe("PROJECT.OUTSIDE");
  for (const key of ["seeds", "baseline", "migrations", "declared"]) {
    const config = { ...first, "lockstep.config.json": `{ "${key}": "../secret.sql" }` };
    expect((await refusedBy(config)).code).toMatch(/^(?:PROJECT|CONFIG)\./);
  }
});

test("seed goes the same ways", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...first, "seed.sql": "\\i /etc/passwd\n" });
  const { ports, project } = await targetOf(folder, { url: database.url });
  await deploy(ports, { project: await project() });
  await expect(seed(ports, { project: await project() })).rejects.toMatchObject({
    code: expect.stringMatching(/^SQL\./),
    state: "nothing was changed",
  });
});
