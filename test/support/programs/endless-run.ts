/** A run of tests that never ends by itself: test/adapters/scratch/harness.test.ts kills it. */
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { testDatabase } from "../database.ts";
import { testMajors } from "../servers.ts";

test("it waits to be killed", async () => {
  const pids: number[] = [];
  for (const major of testMajors) {
    const database = await testDatabase(major);
    const rows = await database.query("select pg_read_file('postmaster.pid') as file");
    pids.push(Number.parseInt(String(rows[0]?.["file"]), 10));
  }
  writeFileSync(process.env["LOCKSTEP_TEST_TELL"] ?? "", JSON.stringify(pids));
  await sleep(600_000);
}, 700_000);
