import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { sameTarget, withSameTarget } from "../../src/cli/same-target.ts";

test("what is to be typed next goes to the same database, as far as each command takes the flags", async () => {
  const target = "staging";
  expect(
    await sameTarget("Make it anew: lockstep plan --out F, then: lockstep deploy", { target }),
  ).toBe(
    "Make it anew: lockstep plan --target staging --out F, then: lockstep deploy --target staging",
  );
  expect(await sameTarget("lockstep test --write; lockstep backup list", { target })).toBe(
    "lockstep test --write; lockstep backup list",
  );
  const url = "postgres://app:secret@db/app";
  expect(await sameTarget("lockstep rollback --yes", { url, config: "other.json" })).toBe(
    "lockstep rollback --url URL --config other.json --yes",
  );
  expect(await sameTarget("lockstep status", { config: "it's here/a.json" })).toBe(
    "lockstep status --config 'it'\\''s here/a.json'",
  );
  // It names a database itself, or none was named.
  expect(await sameTarget("lockstep create (with --url or --target)", { target })).toBe(
    "lockstep create (with --url or --target)",
  );
  expect(await sameTarget("lockstep deploy; lockstep.lock", {})).toBe(
    "lockstep deploy; lockstep.lock",
  );
  const error = new LockstepError("PLAN.CONFLICT", "no", { next: "lockstep status" });
  expect(await withSameTarget(error, { target })).toMatchObject({
    code: "PLAN.CONFLICT",
    next: "lockstep status --target staging",
  });
});
