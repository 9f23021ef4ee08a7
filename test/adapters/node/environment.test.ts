import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEnvironment, type Environment } from "../../../src/adapters/node/environment.ts";
import { nodeFiles } from "../../../src/adapters/node/files.ts";
import { folderWith, temporaryFolder } from "../../support/folders.ts";

async function environmentOf(dotEnv: string, real: Environment = {}): Promise<Environment> {
  return readEnvironment(nodeFiles(await folderWith({ ".env": dotEnv })), real);
}

test(".env adds to the environment and never overrides it", async () => {
  const dotEnv = "# ours\nexport A=1\nB=\"two words\" # why\nC='x\ny'\r\nD=\nPGUSER=me\n";
  expect(await environmentOf(dotEnv, { PGUSER: "real", E: undefined })).toEqual({
    A: "1",
    B: "two words",
    C: "x\ny",
    D: "",
    PGUSER: "real",
  });
});

test("a line that is no assignment is refused with its number, and not quoted", async () => {
  const failed = await environmentOf("A=1\nhunter2\n").catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: "CONFIG.ENV_FILE", where: { file: ".env", line: 2 } });
  expect(JSON.stringify(failed)).not.toContain("hunter2");
});

test("a secret may lie in a file", async () => {
  const secret = join(await temporaryFolder(), "url");
  await writeFile(secret, "postgres://u:p@h/d\n");
  expect(await environmentOf("", { DATABASE_URL_FILE: secret })).toMatchObject({
    DATABASE_URL: "postgres://u:p@h/d",
  });
});

test("a secret's file that can't be read, or one too many, is refused", async () => {
  await expect(environmentOf("", { PGPASSWORD_FILE: "/absent" })).rejects.toThrow(
    "PGPASSWORD_FILE names /absent, which can't be read (ENOENT)",
  );
  await expect(environmentOf("", { PGPASSWORD_FILE: "/absent", PGPASSWORD: "p" })).rejects.toThrow(
    "both PGPASSWORD and PGPASSWORD_FILE are set",
  );
});
