import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { noTransactionMarks, splitSections } from "../../src/project/sections.ts";

test("a file without marks goes up as a whole", () => {
  const sections = splitSections("a.sql", "create table t ();\n");
  expect(sections.up).toEqual({ path: "a.sql", text: "create table t ();\n", line: 1 });
  expect(sections.down).toBeUndefined();
});

test.each([
  ["-- migrate:up", "-- migrate:down"],
  ["-- +goose Up", "-- +goose Down"],
  ["-- +migrate Up", "-- +migrate Down"],
  ["--migrate:up transaction:false", "--   migrate:down"],
  ["-- +micrate Up", "-- +micrate Down"],
  ["-- Up Migration", "-- Down Migration"],
  ["-- rambler up", "-- rambler down"],
  ["-- //", "-- //@UNDO"],
  ["--", "-- @UNDO"],
  ["--", "---- create above / drop below ----"],
  ["-- !Ups", "-- !Downs"],
  ["-- Up", "-- Down"],
  ["-- ==== UP ====", "-- ==== DOWN ===="],
])("%s and %s part the file", (up, down) => {
  const text = `-- a comment\r\n${up}\r\nselect 1;\r\n${down}\r\nselect 2;`;
  const sections = splitSections("a.sql", text);
  expect(sections.up).toMatchObject({ text: `-- a comment\r\n${up}\r\nselect 1;\r\n`, line: 1 });
  expect(sections.down).toMatchObject({ text: `${down}\r\nselect 2;`, line: 4 });
});

test("a down section that stands first is the way back all the same", () => {
  const sections = splitSections("a.sql", "-- migrate:down\nselect 2;\n-- migrate:up\nselect 1;\n");
  expect(sections.up).toMatchObject({ text: "-- migrate:up\nselect 1;\n", line: 3 });
  expect(sections.down).toMatchObject({ text: "-- migrate:down\nselect 2;\n", line: 1 });
});

test("a second section of a kind is refused with its line", () => {
  const text = "-- migrate:up\nselect 1;\n-- migrate:up\nselect 2;\n";
  expect(() => splitSections("a.sql", text)).toThrow(LockstepError);
  expect(() => splitSections("a.sql", text)).toThrow(
    /second up section; the first begins on line 1/,
  );
});

test.each(noTransactionMarks.map(({ example }) => example.replace(" (first line)", "")))(
  "%s asks for no transaction",
  (mark) => {
    expect(splitSections("a.sql", `${mark}\nselect 1;\n`).noTransactionLine).toBe(1);
  },
);

test("an SQL comment about transactions asks for nothing", () => {
  const text = "select 1;\n-- no-transaction would be nice\nset transaction read only;\n";
  expect(splitSections("a.sql", text).noTransactionLine).toBeUndefined();
});

test("marks that are no comments of PostgreSQL's are left out of what runs, and lines count on", () => {
  const text = "# Phones\r\n\r\n# --- !Ups\r\nselect 1;\r\n\r\n# --- !Downs\r\nselect 2;\r\n";
  const { up, down } = splitSections("1.sql", text);
  expect(up.text.trim()).toBe("select 1;");
  expect(down?.text.trim()).toBe("select 2;");
  expect([up.line, down?.line]).toEqual([3, 6]);
});

test("a lone word up or down in a comment parts nothing", () => {
  for (const text of ["select 1;\n-- down\nselect 2;\n", "-- Up\nselect 1;\n-- down the road\n"]) {
    const { up, down } = splitSections("a.sql", text);
    expect([up.text, down]).toEqual([text, undefined]);
  }
});
