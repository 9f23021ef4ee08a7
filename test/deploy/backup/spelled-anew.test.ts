import { expect, test } from "vitest";
import { readCatalog } from "../../../src/adapters/postgres/catalog/read.ts";
import type { Catalog } from "../../../src/catalog/fact.ts";
import { fingerprint } from "../../../src/catalog/fingerprint.ts";
import { compareRestored } from "../../../src/deploy/steps/restore/compare.ts";
import { testDatabase } from "../../support/database.ts";
import { sessionOf } from "../../support/sessions.ts";

async function catalogOf(definition: string): Promise<Catalog> {
  const database = await testDatabase();
  await database.run(`create table t (${definition})`);
  return await readCatalog(await sessionOf(database.url));
}

/** Which expressions the server spells anew changes with its versions; how that is told does not. */
test("a restored expression with another text is a note that names it, another attribute is a difference", async () => {
  const wanted = await catalogOf("x int constraint one check (x > 0)");
  const spelled = await catalogOf("x int constraint one check (0 < x)");
  const other = await catalogOf("x bigint constraint one check (0 < x)");
  const kept = fingerprint(wanted, "strict");
  expect(compareRestored(wanted, wanted, kept)).toEqual([]);
  expect(compareRestored(wanted, spelled, kept)).toEqual([
    {
      code: "RESTORE.SPELLED_ANEW",
      severity: "info",
      message: expect.stringContaining("otherwise after a restore") as unknown,
      object: "constraint:public.t.one",
    },
  ]);
  expect(() => compareRestored(wanted, other, kept)).toThrow(
    expect.objectContaining({ code: "RESTORE.SCHEMA_DIFFERS" }),
  );
});
