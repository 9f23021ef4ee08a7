/** Names that would be code if they were not quoted are names: of databases, schemas, roles, scopes and files. */
import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { adopt } from "../../src/deploy/adopt.ts";
import { create } from "../../src/deploy/create.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { drop } from "../../src/deploy/drop.ts";
import { history } from "../../src/deploy/history.ts";
import { reset } from "../../src/deploy/reset.ts";
import { rollback } from "../../src/deploy/rollback.ts";
import { status } from "../../src/deploy/status.ts";
import { quoteIdentifier } from "../../src/sql/quote.ts";
import { administer, testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { testMajors } from "../support/servers.ts";
import { besides, targetOf } from "../support/targets.ts";

const hostile: readonly string[] = [
  `a"; drop schema lockstep cascade; --`,
  "it's 'quoted'",
  String.raw`back\slash\'`,
  "per%cent %I $1 $$ ${x} :y",
  " leading and trailing ",
  "é".repeat(31),
  "select",
  "日本語名前データベース",
];

for (const major of testMajors) {
  test.each(hostile)(`a database and its owner called %s (${major})`, async (word) => {
    const server = await testDatabase(major);
    // Of one run's own, and 63 bytes at most.
    const own = randomBytes(3).toString("hex");
    const name = Buffer.byteLength(word) > 56 ? `${"é".repeat(28)}${own}` : `${word}${own}`;
    await administer(major, `create role ${quoteIdentifier(name)} login createdb password 'x'`);
    onTestFinished(() => administer(major, `drop role if exists ${quoteIdentifier(name)}`));
    const url = new URL(besides(server, name));
    const folder = await folderWith({ "migrations/001_a.sql": "create table a ();\n" });
    const target = await targetOf(folder, { url: url.href, environmentName: "it's" });
    expect(await create(target.ports, { owner: name })).toMatchObject({ created: true });
    url.username = encodeURIComponent(name);
    url.password = "x";
    const owned = await targetOf(folder, { url: url.href });
    const request = { project: await owned.project() };
    expect(await deploy(owned.ports, request)).toMatchObject({ outcome: "deployed" });
    expect(await status(owned.ports, request)).toMatchObject({ isUpToDate: true });
    expect(await reset(owned.ports, { ...request, force: true })).toMatchObject({
      dropped: true,
      environment: "it's",
    });
    expect(await drop(owned.ports, { force: true })).toMatchObject({ dropped: true });
  });
}

test.each(hostile.filter((word) => !word.includes("/")))(
  "a migration, a title and a scope called %s go into the ledger as they are",
  async (word) => {
    const database = await testDatabase();
    const id = `001_${word.trim()}`;
    const files = {
      "lockstep.config.json": JSON.stringify({ scope: word }),
      [`migrations/${id}.sql`]: `-- Migration: ${word}\ncreate table a ();\n`,
      [`migrations/${id}_rollback.sql`]: "drop table a;\n",
      [`migrations/002_${word.trim()}.sql`]: "create table b ();\nvacuum b;\n",
    };
    const { ports, project } = await targetOf(await folderWith(files), { url: database.url });
    const request = { project: await project() };
    const ids = request.project.migrations.map((file) => file.id);
    expect(ids).toHaveLength(2);
    await deploy(ports, request);
    expect(await deploy(ports, request)).toMatchObject({ outcome: "nothing-to-do" });
    const rows = await database.query(
      "select id, scope from lockstep.migrations order by position",
    );
    expect(rows).toEqual(ids.map((one) => ({ id: one, scope: word })));
    const told = await history(ports, { scope: word, limit: 5 });
    expect(told.events.map(({ migrationId }) => migrationId)).toEqual(ids.toReversed());
    await expect(rollback(ports, { ...request, steps: 2, prove: false })).rejects.toMatchObject({
      code: "PLAN.NO_WAY_BACK",
    });
    const adopted = await testDatabase();
    await adopted.run("create table a ()");
    const other = await targetOf(await folderWith(files), { url: adopted.url });
    await adopt(other.ports, { project: request.project, applied: { upTo: ids[0] ?? "" } });
    expect(await status(other.ports, request)).toMatchObject({ pending: [{ id: ids[1] }] });
  },
);

test("a name that the server would cut is refused, since the cut one is another database's", async () => {
  const server = await testDatabase();
  const folder = await folderWith({ "migrations/001_a.sql": "create table a ();\n" });
  for (const name of ["x".repeat(64), "é".repeat(32)]) {
    const url = besides(server, name);
    const { ports } = await targetOf(folder, { url });
    await expect(create(ports, {})).rejects.toMatchObject({ code: "DATABASE.NAME" });
    await expect(drop(ports, { force: true })).rejects.toMatchObject({ code: "DATABASE.NAME" });
  }
});
