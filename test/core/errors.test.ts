import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";

test("an error says that nothing was changed unless it knows better", () => {
  const error = new LockstepError("USAGE.INVALID", "--steps needs a number");
  expect(error.toJSON()).toEqual({
    code: "USAGE.INVALID",
    message: "--steps needs a number",
    state: "nothing was changed",
    next: "lockstep COMMAND --help",
    notes: [],
    data: {},
  });
});

test("an outer layer adds what it knows and keeps the rest", () => {
  const inner = new LockstepError("USAGE.INVALID", "x", { where: { file: "a.sql", line: 3 } });
  const outer = inner.with({ state: "statements 1 to 3 of 7 are committed" });
  expect(outer.where).toEqual({ file: "a.sql", line: 3 });
  expect(outer.state).toBe("statements 1 to 3 of 7 are committed");
});

test("an error never repeats the password of a URL, wherever it was typed", () => {
  const url = "postgres://app:s3cret@db.example.com/app";
  const error = new LockstepError("USAGE.INVALID", `there is no command "${url}"`, {
    where: { file: "/srv/postgres:/app:p@ss:word@db/app" },
    notes: [`select dblink('${url}', 'select 1')`, "mailto:a@b, at 10:30 @ noon, http://h:80/x"],
    state: url,
    next: `lockstep deploy --url ${url}`,
  });
  expect(JSON.stringify(error)).not.toMatch(/s3cret|ss:word/);
  expect(error.message).toBe('there is no command "postgres://app:***@db.example.com/app"');
  expect(error.notes[1]).toBe("mailto:a@b, at 10:30 @ noon, http://h:80/x");
});
