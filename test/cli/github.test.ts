import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { githubAnnotation } from "../../src/cli/render/github.ts";
import { markdownError, markdownResult } from "../../src/cli/render/markdown.ts";
import { LockstepError } from "../../src/core/errors.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";

const error = new LockstepError("SQL.SYNTAX", "100% wrong, near\n`x`", {
  where: { file: "a:b,c.sql", line: 4, column: 8 },
  notes: ["4 | select ```"],
  next: "lockstep deploy",
});

test("an annotation is one line, whatever is in it", () => {
  expect(githubAnnotation(error)).toBe(
    "::error file=a%3Ab%2Cc.sql,line=4,col=8,title=SQL.SYNTAX::" +
      "100%25 wrong, near%0A`x`%0Astate: nothing was changed%0Anext: lockstep deploy\n",
  );
});

test("a fence in Markdown is longer than any inside of it", () => {
  expect(markdownError("deploy", error)).toContain("````text\n4 | select ```\n````");
  expect(markdownResult("status", "")).toBe("### lockstep status\n\ndone\n");
});

test("in GitHub Actions a failure is annotated and summed up; stdout stays as it is", async () => {
  const folder = await folderWith({ "lockstep.config.json": '{ "migration": "x" }\n' });
  const summary = join(folder, "summary.md");
  await writeFile(summary, "");
  const run = await runLockstep(["status", "--json"], {
    cwd: folder,
    env: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary },
  });
  expect(run.exitCode).toBe(2);
  expect(run.json()).toMatchObject({ error: { code: "CONFIG.UNKNOWN_KEY" } });
  expect(run.stderr).toContain("::error file=lockstep.config.json,line=1,");
  expect(await readFile(summary, "utf8")).toContain("### lockstep status: CONFIG.UNKNOWN_KEY");
});

test("in GitHub Actions a result is summed up", async () => {
  const folder = await folderWith({ "summary.md": "" });
  const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(folder, "summary.md") };
  const run = await runLockstep(["dev", "status"], { cwd: folder, env });
  expect(run.exitCode).toBe(0);
  expect(await readFile(join(folder, "summary.md"), "utf8")).toContain("### lockstep dev status");
});
