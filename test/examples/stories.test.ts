/** Each example's whole story, as a reader would run it. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bareEnvironment } from "../support/lockstep.ts";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));

/** What each has to say on its way, in this order; the exit code alone would not notice a step that does nothing. */
const stories: Readonly<Record<string, readonly RegExp[]>> = {
  "tdf-records": [
    /applied the baseline in/,
    /^54 tables, 5 services/m,
    /nothing to do/,
    /using pre-initialized schema/,
    /is up to date/,
    /PLAN\.BASELINE_CHANGED/,
  ],
  taskflow: [
    /^1000 tasks$/m,
    /applied 6 migrations/,
    /^1000 tasks, now blocked$/m,
    /applied the baseline, 4 migrations that it includes, 2 migrations/,
    /^pg\d+:column-order:/m,
    /2 of 2 proved/,
  ],
  "troupe-academy": [
    /applied the declared schema in/,
    /ADD COLUMN phone text;$/m,
    /CREATE TABLE public\.rehearsal/,
    /applied the declared schema in/,
    /^Mia Chen, phone not known yet$/m,
    /VERIFY\.NOT_DECLARED: column public\.instructor\.biography/,
    /is equal: what is declared/,
    /nothing to do/,
    /DIFF\.DROPS/,
  ],
  trossapp: [
    /applied the baseline, 4 migrations that it includes, 1 migration/,
    /taken back: 005_/,
    /pending {2}005_/,
    /applied 1 migration in/,
    /reverted {2}005_/,
    /13 of 13 proved/,
  ],
  cashsouk: [
    /^ada@example\.com \| Ada \| Byron$/m,
    /3 pending/,
    /^ada@example\.com \| Ada Byron$/m,
    /all 5 migrations are applied/,
  ],
};

test.each(Object.entries(stories))(
  "%s: its story ends well",
  async (name, said) => {
    const { exitCode, output } = await tell(name);
    expect(exitCode, output).toBe(0);
    let rest = output;
    for (const pattern of said) {
      const at = rest.search(pattern);
      expect(at, `${pattern} in:\n${rest}`).toBeGreaterThanOrEqual(0);
      rest = rest.slice(at + 1);
    }
  },
  240_000,
);

test("every example has a story, a README, and keeps nothing of a run", () => {
  const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders.map(({ name }) => name).toSorted()).toEqual(Object.keys(stories).toSorted());
  for (const { name } of folders) {
    const files = readdirSync(join(examples, name));
    expect(files).toEqual(expect.arrayContaining(["README.md", "run"]));
    expect(files).not.toContain(".lockstep");
  }
});

async function tell(name: string): Promise<{ exitCode: number | null; output: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(join(examples, name, "run"), { env: bareEnvironment() });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => parts.push(part));
    }
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, output: parts.join("") }));
  });
}
