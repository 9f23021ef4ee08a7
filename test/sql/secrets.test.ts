/** Where SQL names secrets: found by what the statement is, never in text that only looks like it. */
import { beforeAll, expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { loadParser, type Parser } from "../../src/sql/parse.ts";
import { secretsForPsql } from "../../src/sql/psql/secrets.ts";
import { secretUses } from "../../src/sql/secrets.ts";

let parser: Parser;
beforeAll(async () => {
  parser = await loadParser();
});

function filled(text: string): string {
  let sent = text;
  for (const { start, end, write } of [...secretUses(text, parser)].reverse()) {
    sent = sent.slice(0, start) + write((reference) => `<${reference}'>`) + sent.slice(end);
  }
  return sent;
}

test("options that hold secrets and passwords of connections are filled, and nothing else", () => {
  expect(
    filled(
      "begin; alter user mapping for \"x y\" server s options (set \"Pass\" 'env:A', add user 'env:B'); insert into t values ('env:A')",
    ),
  ).toBe(
    "begin; alter user mapping for \"x y\" server s options (set \"Pass\" '<env:A''>', add user 'env:B'); insert into t values ('env:A')",
  );
  expect(
    filled(
      "create subscription connection connection 'host=a password = ''env:A'' port=1' publication p",
    ),
  ).toBe(
    "create subscription connection connection 'host=a password=''<env:A\\''>'' port=1' publication p"
      .replace("'host", "E'host")
      .replace("\\", "\\\\"),
  );
  const others = [
    "select 'create user mapping for x server s options (password ''env:A'')'",
    "create server s version 'env:A' foreign data wrapper w options (host 'file:/x')",
    "create user mapping for x server s options (password 'env:not a name')",
    "do $$ begin create user mapping for x server s options (password 'env:A'); end $$",
  ];
  for (const text of others) expect(filled(text)).toBe(text);
});

test.each([
  "create user mapping for x server s options (password E'env:A')",
  "create user mapping for x server s options (password $$env:A$$)",
  "create user mapping for x server s options (password 'env:'\n'A')",
  "create subscription s connection 'postgres://a:env:A@host/x' publication p",
])("a form that no value can be put into is refused: %s", (text) => {
  expect(() => secretUses(text, parser)).toThrow(LockstepError);
  expect(() => secretUses(text, parser)).toThrow(/can't be put into/);
});

test("psql reads each secret once, by itself", () => {
  const text = (name: string): string =>
    `create user mapping for ${name} server s options (password 'env:A', key 'file:it''s');`;
  expect(secretsForPsql(`${text("a")} ${text("b")}`, parser).split("\n")).toEqual([
    "\\getenv lockstep_secret_1 A",
    "\\set lockstep_secret_2 `cat 'it'\\''s'`",
    "",
    "create user mapping for a server s options (password :'lockstep_secret_1', key :'lockstep_secret_2'); create user mapping for b server s options (password :'lockstep_secret_1', key :'lockstep_secret_2');",
  ]);
});
