import { expect, test } from "vitest";
import { titleOf } from "../../src/project/title.ts";
import { projectWith } from "../support/project.ts";

async function titles(...headers: readonly string[]): Promise<readonly (string | undefined)[]> {
  const files = headers.map((header, index) => [`migrations/00${index}_add_phone.sql`, header]);
  const { project } = await projectWith(Object.fromEntries(files));
  return project.migrations.map(titleOf);
}

test("a title is the header's, its description where the title is only the name again, or none", async () => {
  expect(
    await titles(
      "-- Migration: Phones for customers\n-- Description: for the fitters\nselect 1;",
      "-- Migration: 001_add_phone\n-- Description: for the fitters\nselect 1;",
      "-- Migration: add_phone\nselect 1;",
      "-- Description: for the fitters\nselect 1;",
      "select 1;",
    ),
  ).toEqual(["Phones for customers", "for the fitters", undefined, "for the fitters", undefined]);
});
