/** A fingerprint remembers the texts of payloads that facts share: it is what it would be if it remembered none. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Catalog } from "../../src/catalog/fact.ts";
import { fingerprint } from "../../src/catalog/fingerprint.ts";
import type { EqualityLevel } from "../../src/catalog/level.ts";
import { catalogOf } from "../support/catalog.ts";
import { testDatabase } from "../support/database.ts";

/** Columns that are alike share what is read of them, and of each kind there is more than is remembered. */
const schema = `
  create table "line\nbreak" (id int primary key, "back\\slash" text default E'a\\nb\\\\c"ü', "💥" text);
  comment on column "line\nbreak"."💥" is 'one
two';
  create view v as select id from "line\nbreak" where "💥" <> 'x';
  ${Array.from(
    { length: 20 },
    (_, table) =>
      `create table t${table} (${Array.from(
        { length: 30 },
        (_, n) =>
          `c${n} varchar(${n + 1 + 30 * (table % 10)}) not null default '${n * (table % 15)}'`,
      ).join(", ")});`,
  ).join("\n")}`;

test.each(["strict", "column-order"] as const)(
  "at level %s it is the hash of every text made anew",
  async (level) => {
    const database = await testDatabase();
    await database.run(schema);
    const catalog = await catalogOf(database);
    const columns = [...catalog.facts.values()].filter(({ kind }) => kind === "column");
    expect(new Set(columns.map(({ payload }) => JSON.stringify(payload))).size).toBeGreaterThan(
      256,
    );
    expect(new Set(columns.map(({ payload }) => payload)).size).toBeLessThan(columns.length);
    expect(fingerprint(catalog, level)).toBe(bySimplest(catalog, level));
  },
);

function bySimplest({ facts, major }: Catalog, level: EqualityLevel): string {
  const lines = (parent: string | undefined): string =>
    [...facts.values()]
      .filter((fact) => fact.parent === parent)
      .map(({ id }) => id)
      .toSorted((a, b) => (a < b ? -1 : 1))
      .map((id) => `${nodeHash(id)}\n`)
      .join("");
  const nodeHash = (id: string): string => {
    const fact = facts.get(id);
    const leaves = (key: string): boolean =>
      level === "column-order" && fact?.kind === "column" && key === "position";
    const name = id.replace(/[\\\n]/g, (one) => (one === "\n" ? "\\n" : "\\\\"));
    const payload = Object.entries(fact?.payload ?? {}).filter(([key]) => !leaves(key));
    return sha256(`${name}\n${canonical(Object.fromEntries(payload))}\n${lines(id)}`);
  };
  const head = `lockstep catalog 1\npostgresql ${major}\nlevel ${level}\n`;
  return `pg${major}:${level}:${sha256(head + lines(undefined))}`;
}

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
