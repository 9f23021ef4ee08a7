/** A few of the real projects; all of them: npm run test:corpora. */
import { describe, expect, test } from "vitest";
import { corporaPresent } from "../../scripts/corpora/folder.ts";
import { histories } from "../../scripts/corpora/histories.ts";
import { schemas } from "../../scripts/corpora/schemas.ts";
import { tryProject } from "../../scripts/corpora/trial.ts";
import { newestMajor } from "../support/servers.ts";

if (!corporaPresent) process.stderr.write("skipped: ../shared/corpora is not there\n");

const few = ["flowable.sql", "svix-webhooks", "umami", "supabase-auth (as it is)"];

describe.skipIf(!corporaPresent)("real projects end as their table says", () => {
  const chosen = [...schemas, ...histories].filter(({ name }) => few.includes(name));
  test.each(chosen)("$name", async (project) => {
    const trial = await tryProject(project, { major: newestMajor, waysBack: false });
    expect(trial.faults).toEqual([]);
    expect(trial.outcome).toBe(project.expected.outcome);
  });

  test("each of them is in the table", () => {
    expect(chosen.map(({ name }) => name).toSorted()).toEqual(few.toSorted());
  });
});
