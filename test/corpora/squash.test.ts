/** A real history, squashed; all of them: npm run test:squash. */
import { describe, expect, test } from "vitest";
import { corporaPresent } from "../../scripts/corpora/folder.ts";
import { histories } from "../../scripts/corpora/histories.ts";
import { trySquash } from "../../scripts/corpora/squash-trial.ts";
import { oraclePresent } from "../support/oracle.ts";
import { newestMajor } from "../support/servers.ts";

if (!corporaPresent) process.stderr.write("skipped: ../shared/corpora is not there\n");

describe.skipIf(!corporaPresent || !oraclePresent)(
  "a squashed history leaves every database as it was",
  () => {
    const few = ["svix-webhooks"];
    test.each(histories.filter(({ name }) => few.includes(name)))(
      "$name",
      async (project) => {
        const trial = await trySquash(project, newestMajor);
        expect(trial.faults).toEqual([]);
        expect(trial).toMatchObject({ outcome: "proved" });
        expect(trial.rows).toBeGreaterThan(0);
      },
      120_000,
    );
  },
);
