import { expect, test } from "vitest";
import { contentOf, restoreBackup, takeBackup } from "../../support/backup.ts";
import { testDatabase } from "../../support/database.ts";
import { testMajors } from "../../support/servers.ts";

test.each(testMajors)("a backup restores to the same database on PostgreSQL %i", async (major) => {
  const source = await testDatabase(major);
  await source.run(`
    create table a (id bigint generated always as identity primary key, b text not null unique, c int[] default '{1}');
    create table d (id serial primary key, a bigint references a);
    create index on d (a);
    insert into a (b) select 'x' || g from generate_series(1, 1000) g;
    insert into d (a) select id from a;
  `);
  const report = await takeBackup(source);
  const target = await testDatabase(major);
  await restoreBackup(report.path, target);
  expect(await contentOf(target)).toEqual(await contentOf(source));
});
