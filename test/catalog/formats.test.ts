/**
 * The fingerprint by FORMATS.md alone: another program that reads it must come to the same bytes. Nothing of the code that
 * makes fingerprints is used here, only facts: their ids, parents and payloads.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { fingerprint } from "../../src/catalog/fingerprint.ts";
import { equalityLevels } from "../../src/catalog/level.ts";
import { catalogOf, dropSubscriptions } from "../support/catalog.ts";
import { testDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";

const folder = fileURLToPath(new URL("../cases/one-of-everything", import.meta.url));
const formats = readFileSync(new URL("../../FORMATS.md", import.meta.url), "utf8");
const reference = readFileSync(new URL("../../docs/reference/catalog.md", import.meta.url), "utf8");

interface Thing {
  readonly id: string;
  readonly name: { readonly schema?: string; readonly name: string };
  readonly parent: string | undefined;
  readonly payload: unknown;
}

const sha = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
const line = (text: string): string => `${text}\n`;
const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** RFC 8785. */
function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => byUnits(a, b))
    .map(([key, member]) => `${JSON.stringify(key)}:${json(member)}`);
  return `{${members.join(",")}}`;
}

function without(payload: unknown, aside: readonly string[]): unknown {
  return Object.fromEntries(
    Object.entries(payload as object).filter(([key]) => !aside.includes(key)),
  );
}

function root(
  things: readonly Thing[],
  { major, level, aside }: { major: number; level: string; aside: Asides },
): string {
  const below = (parent: string | undefined): string =>
    things
      .filter((thing) => thing.parent === parent)
      .sort((a, b) => byUnits(a.id, b.id))
      .map((thing) => line(node(thing)))
      .join("");
  const node = ({ id, payload }: Thing): string => {
    const kind = id.slice(0, id.indexOf(":"));
    const escaped = id.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
    return sha(line(escaped) + line(json(without(payload, aside[kind] ?? []))) + below(id));
  };
  const head = ["lockstep catalog 1", `postgresql ${major}`, `level ${level}`].map(line).join("");
  return sha(head + below(undefined));
}

type Asides = Readonly<Record<string, readonly string[]>>;

/** "`position` of a `column`", as FORMATS.md says them. */
const orders: Asides = Object.fromEntries(
  [...formats.matchAll(/`(\w+)` of a `(\w+)`/g)].map(([, attribute = "", kind = ""]) => [
    kind,
    [attribute],
  ]),
);

/** The table of kinds in the reference: "at `semantic` without `a`, `b`". */
const storage: Asides = Object.fromEntries(
  [...reference.matchAll(/^\| `(\w+)` \|.*at `semantic` without (.+) \|$/gm)].map(
    ([, kind = "", list = ""]) => [kind, list.replaceAll("`", "").split(", ")],
  ),
);
const atSemantic: Asides = Object.fromEntries(
  [...Object.keys(orders), ...Object.keys(storage)].map((kind) => [
    kind,
    [...(orders[kind] ?? []), ...(storage[kind] ?? [])],
  ]),
);
const goneAtSemantic = [
  ...reference.matchAll(/^\| `(\w+)` \|.*left aside at `semantic`.*\|$/gm),
].map(([, kind = ""]) => kind);

test("what is left aside is found where FORMATS.md says that it stands", () => {
  expect(orders).toEqual({ column: ["position"], policy: ["roleOrder"] });
  expect(Object.keys(storage)).toContain("table");
  expect(goneAtSemantic).toContain("comment");
});

const kindOf = ({ id }: Thing): string => id.slice(0, id.indexOf(":"));
const nameIn = (id: string): string => id.slice(id.indexOf(":") + 1);
const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
const part = (name: unknown): string => {
  const text = String(name);
  return /^[a-z_][a-z0-9_]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
};

/** `optionsOrder` and the like. */
function withOrders(things: readonly Thing[]): readonly Thing[] {
  return things.map((thing) => {
    const more = ["options", "toastOptions", "foreignOptions"].flatMap((attribute) => {
      const value = recordOf(thing.payload)[attribute];
      const names = Object.keys(recordOf(value));
      return names.join() === [...names].sort(byUnits).join() ? [] : [[`${attribute}Order`, names]];
    });
    return { ...thing, payload: { ...recordOf(thing.payload), ...Object.fromEntries(more) } };
  });
}

/** Old id or name of an index -> what stands for it. */
function newNames(things: readonly Thing[], aside: Asides): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const thing of [...things].sort((a, b) => byUnits(a.id, b.id))) {
    const kind = kindOf(thing);
    const { ownedBy } = recordOf(thing.payload);
    let base: string;
    if (kind === "sequence" && ownedBy !== undefined) {
      const { schema, table, column } = recordOf(ownedBy);
      base = `sequence:#${[schema, table, column].map(part).join(".")}`;
    } else if (kind === "index" || kind === "constraint") {
      const content = json(without(thing.payload, ["attachedTo", ...(aside[kind] ?? [])]));
      base = `${kind}:${nameIn(thing.parent ?? "")}#${sha(content).slice(0, 16)}`;
    } else continue;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    renamed.set(thing.id, count === 1 ? base : `${base}.${count}`);
    if (kind === "constraint") {
      const { schema, name } = thing.name;
      renamed.set(`index:${part(schema)}.${part(name)}`, `index of ${renamed.get(thing.id)}`);
    }
  }
  return renamed;
}

function withoutNames(things: readonly Thing[], aside: Asides): readonly Thing[] {
  const renamed = newNames(things, aside);
  const idOf = (id: string): string => {
    const [, head = "", subject = "", tail = ""] = /^(\w+:)(.*?)((?:->.*)?)$/s.exec(id) ?? [];
    const other = renamed.get(subject);
    return renamed.get(id) ?? (other === undefined ? id : `${head}${other}${tail}`);
  };
  const sequences = new Map(
    things
      .filter((thing) => kindOf(thing) === "sequence" && renamed.has(thing.id))
      .map(({ id }) => [
        `nextval('${nameIn(id).replaceAll("'", "''")}'::regclass)`,
        renamed.get(id),
      ]),
  );
  return things.map((thing) => {
    const { schema } = thing.name;
    const payload: Record<string, unknown> = { ...recordOf(thing.payload) };
    const indexIn = (of: unknown, name: unknown): string | undefined =>
      renamed.get(`index:${part(of)}.${part(name)}`);
    const { attachedTo, clusterOn, expression, identity, notNull, on, replicaIdentity } = payload;
    if (attachedTo !== undefined) {
      const { schema: of, name } = recordOf(attachedTo);
      payload["attachedTo"] = indexIn(of, name) ?? attachedTo;
    }
    if (clusterOn !== undefined) payload["clusterOn"] = indexIn(schema, clusterOn) ?? clusterOn;
    if (typeof replicaIdentity === "object") {
      const { index } = recordOf(replicaIdentity);
      payload["replicaIdentity"] = { index: indexIn(schema, index) ?? index };
    }
    const sequence = sequences.get(String(expression));
    if (sequence !== undefined) payload["expression"] = `nextval(${sequence})`;
    if (identity !== undefined) {
      const rest = without(recordOf(identity)["sequence"], ["schema", "name"]);
      payload["identity"] = { ...recordOf(identity), sequence: rest };
    }
    if (typeof notNull === "object") payload["notNull"] = without(notNull, ["name"]);
    if (on !== undefined) payload["on"] = { ...recordOf(on), id: idOf(String(recordOf(on)["id"])) };
    const parent = thing.parent === undefined ? undefined : idOf(thing.parent);
    return { ...thing, id: idOf(thing.id), parent, payload };
  });
}

const odd = `
  create schema "S \\ ""q""\n.";
  create table "S \\ ""q""\n."."T" ("Ü" integer, "😀" text default E'\\u0001\\\\"\\n😀\\u00e9');
  comment on table "S \\ ""q""\n."."T" is E'\\t\\x7f</>&\\u2028';
  create table in_order (a serial primary key, b text not null, c text) with (fillfactor = 70, autovacuum_enabled = false);
  create index on in_order (b); create index on in_order (b); create index by_c on in_order (c);
  alter table in_order cluster on by_c; comment on index by_c is 'x'; comment on constraint in_order_pkey on in_order is 'y';
  create unique index as_identity on in_order (b); alter table in_order replica identity using index as_identity`;

/** Columns that are alike share what is read of them, and of each kind there is more than a fingerprint remembers. */
const alike = Array.from({ length: 20 }, (_table, table) => {
  const columns = Array.from({ length: 30 }, (_column, n) => {
    const length = n + 1 + 30 * (table % 10);
    return `c${n} varchar(${length}) not null default '${n * (table % 15)}'`;
  });
  return `create table t${table} (${columns.join(", ")});`;
}).join("\n");

test("payloads that facts share make no other fingerprint", async () => {
  const database = await testDatabase();
  await database.run(alike);
  const catalog = await catalogOf(database);
  const { major } = catalog;
  const things: readonly Thing[] = [...catalog.facts.values()];
  const payloads = things
    .filter((thing) => kindOf(thing) === "column")
    .map(({ payload }) => payload);
  expect(new Set(payloads.map(json)).size).toBeGreaterThan(256);
  expect(new Set(payloads).size).toBeLessThan(payloads.length);
  for (const [level, aside] of [
    ["strict", {}],
    ["column-order", orders],
  ] as const) {
    const found = `pg${major}:${level}:${root(things, { major, level, aside })}`;
    expect(fingerprint(catalog, level)).toBe(found);
  }
});

describe.each(testMajors)("on %i", (major) => {
  test("another reader of FORMATS.md comes to the same fingerprints", async () => {
    const database = await testDatabase(major);
    for (const file of readdirSync(folder).sort()) {
      const since = Number(/since-(\d+)/.exec(file)?.[1]);
      if (since <= major) await database.run(readFileSync(join(folder, file), "utf8"));
    }
    await database.run(odd);
    const catalog = await catalogOf(database);
    await database.run(dropSubscriptions);
    const things: readonly Thing[] = [...catalog.facts.values()];
    const made = (level: string, aside: Asides, of = things): string =>
      `pg${major}:${level}:${root(of, { major, level, aside })}`;
    const kept = things.filter((thing) => !goneAtSemantic.includes(kindOf(thing)));
    expect({
      strict: made("strict", {}, withOrders(things)),
      "column-order": made("column-order", orders),
      names: made("names", orders, withoutNames(things, orders)),
      semantic: made("semantic", atSemantic, withoutNames(kept, atSemantic)),
    }).toEqual(
      Object.fromEntries(equalityLevels.map((level) => [level, fingerprint(catalog, level)])),
    );
  });
});
