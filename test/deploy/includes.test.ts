/** Files that others read by psql's commands are a part of them: in the hashes, the ledger and the lock file. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatLockFile, lockFileName } from "../../src/project/lock.ts";
import { relock } from "../../src/project/relock.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";

const files = {
  "migrations/001_people.sql": `create table people (name text);
\\if false
\\i sql/never.sql
\\endif
\\set part more
\\ir parts/:part.sql
\\copy people from 'data/people.txt'
`,
  "migrations/parts/more.sql": "create table more (id int);\n\\i sql/views.sql\n",
  "sql/views.sql": "create view names as select name from people;\n",
  "sql/never.sql": "select 1;\n",
  "data/people.txt": "Ada\nBob\n",
};

async function deployed(): Promise<{ readonly folder: string; readonly url: string }> {
  const { url } = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, url);
  return { folder, url };
}

test("a file that is read through another one can't be edited unnoticed, and is shown statement by statement", async () => {
  const { folder, url } = await deployed();
  await writeFile(
    join(folder, "sql/views.sql"),
    "create view names as select upper(name) from people;\n",
  );
  await expect(deployFolder(folder, url)).rejects.toMatchObject({
    code: "PLAN.EDITED",
    where: { file: "sql/views.sql", line: 1 },
    notes: [
      "001_people, in sql/views.sql:",
      "- create view names as select name from people;",
      "+ create view names as select upper(name) from people;",
    ],
  });
});

test.each([
  [
    "rows for \\copy",
    "data/people.txt",
    "Ada\n",
    "001_people, in data/people.txt: its rows were changed",
  ],
  [
    "a file of a branch that was not in force",
    "sql/never.sql",
    "select 2;\n",
    "001_people, in sql/never.sql:",
  ],
])("edited %s are noticed", async (_what, path, content, note) => {
  const { folder, url } = await deployed();
  await writeFile(join(folder, path), content);
  const refused = deployFolder(folder, url);
  await expect(refused).rejects.toMatchObject({ code: "PLAN.EDITED" });
  await expect(refused).rejects.toHaveProperty("notes.0", note);
});

test("comments and white space in a file that is read heal with a note", async () => {
  const { folder, url } = await deployed();
  await writeFile(join(folder, "sql/views.sql"), `-- all names\n${files["sql/views.sql"]}`);
  const { applied, plan } = await deployFolder(folder, url);
  expect(applied).toEqual([]);
  expect(plan?.healed).toMatchObject([{ identity: { id: "001_people" }, reason: "bytes" }]);
  expect((await deployFolder(folder, url)).outcome).toBe("nothing-to-do");
});

test("the ledger keeps the texts that were read, and of rows their hash", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const kept = await database.query(
    `select e ->> 'path' as path, e ->> 'text' as text, pg_catalog.length(e ->> 'sha256') as length
     from lockstep.migrations, jsonb_array_elements(included) e`,
  );
  expect(kept).toEqual([
    { path: "sql/never.sql", text: files["sql/never.sql"], length: 64 },
    { path: "migrations/parts/more.sql", text: files["migrations/parts/more.sql"], length: 64 },
    { path: "sql/views.sql", text: files["sql/views.sql"], length: 64 },
    { path: "data/people.txt", text: null, length: 64 },
  ]);
});

test("the lock file takes part, and a file that is read is no stranger in the migrations' folder", async () => {
  const { url } = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": "\\ir a_body.sql\n",
    "migrations/a_body.sql": "create table a (id int);\n",
  });
  const before = await deployerOf(folder, url);
  expect(before.project.findings).toEqual([]);
  const lock = formatLockFile(relock(before.project.migrations, undefined));
  await writeFile(join(folder, lockFileName), lock);
  await writeFile(join(folder, "migrations/a_body.sql"), "create table a (id bigint);\n");
  const after = await deployerOf(folder, url);
  expect(after.project.findings.map(({ code }) => code)).toEqual(["PROJECT.LOCK_CHANGED"]);
});

test("a baseline that only reads its parts is recorded with them", async () => {
  const { url } = await testDatabase();
  const folder = await folderWith({
    "schema.sql": "\\ir schema/a.sql\n\\ir schema/b.sql\n",
    "schema/a.sql": "create table a (id int);\n",
    "schema/b.sql": "create table b (id int);\n",
  });
  await deployFolder(folder, url);
  expect((await deployFolder(folder, url)).outcome).toBe("nothing-to-do");
  const first = await deployerOf(folder, url);
  await writeFile(join(folder, "schema/b.sql"), "create table b (id bigint);\n");
  const second = await deployerOf(folder, url);
  const [before, after] = [first, second].map(({ project }) => project.baseline?.files[0]);
  expect(before?.bytesHash).not.toBe(after?.bytesHash);
});

test("of a part that already ran, the rows that \\copy read may not be edited either", async () => {
  const { url } = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql":
      "create table a (t text);\n\\copy a from 'data/a.txt'\nvacuum a;\nselect 1/0;\n",
    "data/a.txt": "Ada\n",
  });
  await expect(deployFolder(folder, url)).rejects.toMatchObject({ sqlState: "22012" });
  await writeFiles(folder, {
    "migrations/001_a.sql":
      "create table a (t text);\n\\copy a from 'data/a.txt'\nvacuum a;\nselect 1;\n",
    "data/a.txt": "Bob\n",
  });
  await expect(deployFolder(folder, url)).rejects.toMatchObject({ code: "PLAN.EDITED_PARTIAL" });
  await writeFiles(folder, { "data/a.txt": "Ada\n" });
  expect((await deployFolder(folder, url)).outcome).toBe("deployed");
});

test.each([
  ["a script", "sql/views.sql"],
  ["rows", "data/people.txt"],
])(
  "%s saved while lockstep is at work is not run in place of what was hashed",
  async (_w, path) => {
    const { url } = await testDatabase();
    const folder = await folderWith(files);
    const { ports, project } = await deployerOf(folder, url);
    await writeFile(join(folder, path), "select 3;\n");
    await expect(deploy(ports, { project })).rejects.toMatchObject({
      code: "PROJECT.CHANGED_MEANWHILE",
      where: { file: path },
    });
  },
);

test("what is odd about a file and no error is said when it is deployed", async () => {
  const { url } = await testDatabase();
  const long = "n".repeat(70);
  const folder = await folderWith({ "migrations/001_a.sql": `\ncreate table ${long} (id int);\n` });
  const { outcome, notes } = await deployFolder(folder, url);
  expect([outcome, notes]).toEqual([
    "deployed",
    [expect.objectContaining({ severity: "warning", where: expect.objectContaining({ line: 2 }) })],
  ]);
});
