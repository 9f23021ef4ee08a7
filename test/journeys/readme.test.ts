/** What the README shows is what is printed: UPDATE=1 npx vitest run test/journeys/readme.test.ts writes it anew. */
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { generatedBlock } from "../support/generated-blocks.ts";
import { runLockstep } from "../support/lockstep.ts";

const file = "migrations/003_customers_by_email.sql";
const text = `alter table customers add phone text;
create unique index concurrently customers_by_email on customers (email);
`;

test("the README's example of an error is a real one", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_customers.sql": "create table customers (id bigint primary key, email text);\n",
    "migrations/002_rows.sql":
      "insert into customers values (1, 'ada@example.com'), (2, 'ada@example.com');\n",
    [file]: text,
  });
  const options = { cwd: folder, env: { DATABASE_URL: database.url } };
  await runLockstep(["deploy", "--to", "002_rows"], options);
  const { exitCode, stderr } = await runLockstep(["deploy"], options);
  expect(exitCode, stderr).toBe(2);
  const shown = `\`\`\`text\n$ lockstep deploy\n${stderr}\`\`\`\n`;
  expect(await generatedBlock("README.md", "error", shown)).toBe(shown);
  expect(stderr).toMatch(/SQLSTATE 23505[^]*state: .*statement 1 of 2 is committed/);
});
