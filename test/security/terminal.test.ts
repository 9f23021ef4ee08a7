/** What stands in file names and in a server's messages is shown, and never obeyed by a terminal. */
import { expect, test } from "vitest";
import { visible, visibleLine, visibleStyled } from "../../src/core/visible.ts";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";

const clear = "\u001b[2J";
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

test("codes of terminals, C1 controls and marks of direction become text; lines and our colours stay", () => {
  expect(visible("a\u001b[31mb\u009b2J\u202ec\td\r\ne\rf")).toBe(
    "a\\u001b[31mb\\u009b2J\\u202ec\td\ne\\u000df",
  );
  expect(visibleLine("a\nb")).toBe("a\\u000ab");
  expect(visibleStyled("\u001b[31mred\u001b[39m\u001b[8mhidden")).toBe(
    "\u001b[31mred\u001b[39m\\u001b[8mhidden",
  );
});

test("a file's name, a title and errors of the server can't write to the terminal", async () => {
  const database = await testDatabase();
  const env = { DATABASE_URL: database.url };
  const cwd = await folderWith({
    [`migrations/001_a${clear}.sql`]: `-- Migration: Title ${clear}\ncreate table a ();\n`,
    "migrations/002_fail.sql": `do $$ begin raise exception using message = 'boom ' || chr(27) || '[2J', detail = 'd ' || chr(27) || '[2J', hint = 'h ' || chr(27); end $$;`,
  });
  for (const args of [["status"], ["deploy"], ["status"], ["history"], ["plan"]]) {
    const { stdout, stderr } = await runLockstep(args, { cwd, env });
    const isData = args[0] === "plan";
    if (!isData) expect(stdout, args.join(" ")).not.toMatch(control);
    expect(stderr, args.join(" ")).not.toMatch(control);
  }
  const failed = await runLockstep(["deploy"], { cwd, env });
  expect(failed.stderr).toContain("boom \\u001b[2J");
  const json = await runLockstep(["deploy", "--json"], { cwd, env });
  expect(json.stdout).not.toMatch(control);
  expect(json.json()).toMatchObject({ error: { message: `boom ${clear}` } });
});

test("NUL and control characters in flags and names are refused or shown, with a code", async () => {
  const cwd = await folderWith({ "migrations/001_a.sql": "select 1;\n" });
  for (const args of [
    ["deploy", "--url", "postgres://u@localhost:1/a%00b"],
    ["create", "--url", "postgres://u@localhost:1/a%0Ab"],
    ["drop", "--yes", "--url", `postgres://u@localhost:1/${"x".repeat(64)}`],
    ["deploy", "--target", `x${clear}`],
    ["deploy", "--environment", `x${clear}`, "--url", "postgres://u@localhost:1/a"],
  ]) {
    const { exitCode, stderr } = await runLockstep(args, { cwd });
    expect([exitCode, args], stderr).toEqual([2, args]);
    expect(stderr).not.toMatch(control);
    expect(stderr).not.toContain("INTERNAL");
  }
});
