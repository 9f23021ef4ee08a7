import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { environmentParameters, parameters } from "../../../src/adapters/postgres/parameters.ts";
import { tlsModes } from "../../../src/adapters/postgres/target.ts";
import { lockKey } from "../../../src/deploy/steps/lock/key.ts";

const page = readFileSync(
  new URL("../../../docs/reference/connections.md", import.meta.url),
  "utf8",
);

test("every connection parameter, variable and sslmode is on the page about connections", () => {
  const variables = environmentParameters.map(([variable]) => variable);
  for (const name of [...parameters.keys(), ...variables, ...tlsModes]) {
    expect(page, name).toContain(`\`${name}\``);
  }
});

test("every variable of libpq that the page names is read", () => {
  const read = new Set([...environmentParameters.map(([variable]) => variable), "PGSYSCONFDIR"]);
  for (const [, name = ""] of page.matchAll(/`(PG[A-Z]+)`/g)) expect(read).toContain(name);
});

test("FORMATS.md has the lock's key of the scope default", () => {
  const formats = readFileSync(new URL("../../../FORMATS.md", import.meta.url), "utf8");
  expect(formats).toContain(`\`${lockKey("default")}\``);
});
