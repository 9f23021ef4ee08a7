/** The question about a rename, asked and answered on a real terminal, which `script` of util-linux gives. */
import { execFileSync, spawn } from "node:child_process";
import { expect, test } from "vitest";
import { folderWith } from "../../support/folders.ts";
import { bareEnvironment, lockstepProgram } from "../../support/lockstep.ts";

const files = {
  "a.sql": "create table t (id int primary key, phone text);",
  "b.sql": "create table t (id int primary key, telephone text);",
};

test.skipIf(!hasScript()).each([
  { answer: "y", said: "ALTER TABLE public.t RENAME COLUMN phone TO telephone;", status: 0 },
  { answer: "n", said: "DIFF.DROPS", status: 2 },
])("answered with $answer", async ({ answer, said, status }) => {
  const { text, code } = await onTerminal(await folderWith(files), answer);
  expect(text).toContain("Was the column public.t.phone renamed to public.t.telephone?");
  expect(text).toContain(said);
  expect(code).toBe(status);
});

async function onTerminal(
  cwd: string,
  answer: string,
): Promise<{ readonly text: string; readonly code: number | null }> {
  const command = `'${process.execPath}' '${lockstepProgram}' diff --from file:a.sql --to file:b.sql --sql --no-prove`;
  return await new Promise((resolve, reject) => {
    const child = spawn("script", ["-qec", command, "/dev/null"], { cwd, env: bareEnvironment() });
    let text = "";
    let isAnswered = false;
    child.on("error", reject);
    child.on("close", (code) => resolve({ text, code }));
    child.stdout.on("data", (chunk: Uint8Array) => {
      text += Buffer.from(chunk).toString("utf8");
      if (isAnswered || !text.includes("renamed to public.t.telephone?")) return;
      isAnswered = true;
      child.stdin.write(`${answer}\n`);
    });
  });
}

function hasScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}
