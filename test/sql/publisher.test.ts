/** Statements about subscriptions without their publisher. That the server takes them so is in test/deploy/source.test.ts. */
import { beforeAll, expect, test } from "vitest";
import { loadParser, type Parser } from "../../src/sql/parse.ts";
import { withoutPublisher } from "../../src/sql/publisher.ts";

let parser: Parser;
beforeAll(async () => {
  parser = await loadParser();
});

const cases: readonly (readonly [string, string])[] = [
  [
    "create subscription s connection 'host=with' publication p",
    "create subscription s connection 'host=with' publication p WITH (connect = false); ALTER SUBSCRIPTION s ENABLE",
  ],
  [
    'create subscription "with" connection \'\' publication "a""b", q with /* x */ (enabled = off, "binary", slot_name = \'a,b\') -- end',
    'create subscription "with" connection \'\' publication "a""b", q WITH ("binary", slot_name = \'a,b\', connect = false) -- end',
  ],
  [
    "begin; create subscription s connection '' publication p with (connect = 0, enabled = false); commit",
    "begin; create subscription s connection '' publication p with (connect = 0, enabled = false); commit",
  ],
  ["alter subscription s refresh publication with (copy_data = false)", "SELECT"],
  [
    "alter subscription s drop publication q with (refresh)",
    "alter subscription s drop publication q WITH (refresh = false)",
  ],
  [
    'drop subscription "S"; select 1',
    'ALTER SUBSCRIPTION "S" DISABLE; ALTER SUBSCRIPTION "S" SET (slot_name = NONE); drop subscription "S"; select 1',
  ],
  ["select 'drop subscription s'", "select 'drop subscription s'"],
];

test.each(cases)("%s", (text, quiet) => {
  expect(withoutPublisher(text, parser)).toBe(quiet);
});
