/**
 * Random pairs of partition trees: range, list and hash, up to three levels, with default partitions, and what hangs on
 * their tables (indexes and keys of the tree and of one table, NOT NULL, checks, defaults, identities, triggers, foreign
 * keys to and from). The two sides share most of it: each has changes of its own, among them ATTACH and DETACH. What
 * does not apply is passed over. The same seed gives the same pair on the same major.
 */
import { loaderOf, pick, randomFrom } from "./random_pair.ts";
import type { SchemaPair } from "./schema_pair.ts";

type Random = () => number;

/** A way to part rows, with a bound for each number. */
interface Strategy {
  readonly key: string;
  /** The columns that a unique key of the table has to have; empty: none is possible. */
  readonly columns: readonly string[];
  readonly takesDefault: boolean;
  bound(number: number): string;
}

const strategies: readonly Strategy[] = [
  {
    key: "range (id)",
    columns: ["id"],
    takesDefault: true,
    bound: (number) => `for values from (${number * 10}) to (${number * 10 + 10})`,
  },
  {
    key: "list (k)",
    columns: ["k"],
    takesDefault: true,
    bound: (number) => `for values in (${number}, ${number + 100}${number === 2 ? ", null" : ""})`,
  },
  {
    key: "hash (id)",
    columns: ["id"],
    takesDefault: false,
    bound: (number) => `for values with (modulus 4, remainder ${number % 4})`,
  },
  {
    key: "list (t)",
    columns: ["t"],
    takesDefault: true,
    bound: (number) => `for values in ('${number}', '${"abcdefgh".charAt(number)}')`,
  },
  {
    key: "range (d, id)",
    columns: ["d", "id"],
    takesDefault: true,
    bound: (number) =>
      `for values from ('202${number}-01-01', minvalue) to ('202${number + 1}-01-01', minvalue)`,
  },
  {
    key: "range ((id % 10))",
    columns: [],
    takesDefault: true,
    bound: (number) => `for values from (${number * 2}) to (${number * 2 + 2})`,
  },
];

interface Tree {
  readonly tables: string[];
  readonly statements: string[];
}

export function partitionPair(seed: number, major: number): SchemaPair {
  // Apart from the seeds of other pairs.
  const random = randomFrom(seed * 7919 + 17);
  const tree: Tree = { tables: [], statements: [] };
  grow(tree, { name: "p", depth: 1 }, random);
  if (random() < 0.3) grow(tree, { name: "q", depth: 2 }, random);
  const all = [...tree.tables, "alone", "apart", "other"];
  const changes = (count: number): readonly string[] =>
    Array.from({ length: count }, () => change({ tables: all, major }, random));
  const base = [...tree.statements, ...changes(Math.floor(random() * 8))];
  // Some pairs differ in the trees themselves.
  const leftOut = random() < 0.2 ? 0.15 : 0;
  const side = (): readonly string[] => [
    ...setting,
    ...base.filter(() => random() >= leftOut),
    ...changes(1 + Math.floor(random() * 6)),
    ...rows,
  ];
  const [before, after] = [side(), side()];
  return { before: loaderOf(before), after: loaderOf(after) };
}

const columns = "id integer, k integer, t text, d date, n numeric(10, 2)";

const setting: readonly string[] = [
  "create schema w",
  "set local search_path = w",
  "create function noted() returns trigger language plpgsql as 'begin return new; end'",
  "create function half(a integer) returns integer language sql immutable as 'select a / 2'",
  "create table other (id integer primary key, k integer unique)",
  `create table alone (${columns})`,
  "create table apart (n numeric(10, 2), k integer, id integer, t text, d date)",
];

const rows: readonly string[] = [
  "insert into other select i, i from generate_series(0, 30) i",
  ...["p", "q", "alone"].map(
    (table) =>
      `insert into ${table} (id, k, t, d, n) select i, i % 4, (i % 3)::text, date '2020-05-01' + i * 100, i from generate_series(1, 12) i`,
  ),
  // Where it refers to a tree, which has rows only now.
  ...["p", "q"].map(
    (table) =>
      `insert into other (id, k) select id, id from ${table} where id % 3 > 0 on conflict do nothing`,
  ),
];

/** The table with what is below it. */
function grow(
  tree: Tree,
  { name, depth }: { readonly name: string; readonly depth: number },
  random: Random,
): void {
  const strategy = chosen(strategies, random);
  if (depth === 1 || name === "q") {
    tree.statements.push(`create table ${name} (${columns}) partition by ${strategy.key}`);
    tree.tables.push(name);
  }
  const count = 1 + Math.floor(random() * 3);
  for (let number = 0; number < count; number += 1) {
    plant(
      tree,
      { name: `${name}${number}`, parent: name, bound: strategy.bound(number), depth },
      random,
    );
  }
  if (strategy.takesDefault && random() < 0.5) {
    plant(tree, { name: `${name}d`, parent: name, bound: "default", depth }, random);
  }
}

interface Plant {
  readonly name: string;
  readonly parent: string;
  readonly bound: string;
  readonly depth: number;
}

function plant(tree: Tree, { name, parent, bound, depth }: Plant, random: Random): void {
  const strategy = depth < 3 && random() < 0.3 ? chosen(strategies, random) : undefined;
  const below = strategy === undefined ? "" : ` partition by ${strategy.key}`;
  tree.tables.push(name);
  if (random() < 0.7) {
    tree.statements.push(`create table ${name} partition of ${parent} ${bound}${below}`);
  } else {
    const own = random() < 0.3 ? `, constraint ${name}_own check (id > -5)` : "";
    tree.statements.push(
      `create table ${name} (${columns}${own})${below}`,
      ...(random() < 0.3 ? [`create index on ${name} (k)`] : []),
      `alter table ${parent} attach partition ${name} ${bound}`,
    );
  }
  if (strategy === undefined) return;
  for (let number = 0; number < 2; number += 1) {
    const child = { name: `${name}${number}`, parent: name, bound: strategy.bound(number) };
    plant(tree, { ...child, depth: depth + 1 }, random);
  }
  if (strategy.takesDefault && random() < 0.4) {
    plant(tree, { name: `${name}d`, parent: name, bound: "default", depth: depth + 1 }, random);
  }
}

interface Grown {
  readonly tables: readonly string[];
  readonly major: number;
}

/** A statement that may change one of the tables; the roots are the likeliest. */
function change({ tables, major }: Grown, random: Random): string {
  const table = random() < 0.4 ? (tables[0] ?? "p") : chosen(tables, random);
  const word = { table, tables, column: chosen(["id", "k", "t", "d", "n"], random), random };
  const possible = [...kindsOfChange, ...(major >= 18 ? changesSince18 : [])];
  return chosen(possible, random)(word);
}

interface Words {
  readonly table: string;
  readonly tables: readonly string[];
  readonly column: string;
  readonly random: Random;
}

type Change = (words: Words) => string;

const keys = ["id", "id, k", "k, id", "t, id", "d, id", "id, k, t, d", "k"];

const kindsOfChange: readonly Change[] = [
  ({ table, column, random }) =>
    `create index ${name("i", random)} on ${only(random)}${table} (${column}${chosen(["", "", " desc"], random)})`,
  ({ table, column, random }) =>
    `create index ${name("i", random)} on ${table} (${column}) where ${chosen(["k > 1", "id > 3"], random)}`,
  ({ table, random }) => `create index ${name("i", random)} on ${table} (half(id), (k + 1))`,
  ({ table, random }) =>
    `create unique index ${name("u", random)} on ${table} (${chosen(keys, random)})`,
  ({ table, random }) =>
    `alter table ${table} add constraint ${table}_pk primary key (${chosen(keys, random)})`,
  ({ table, random }) =>
    `alter table ${table} add constraint ${name("c", random)} unique (${chosen(keys, random)})`,
  ({ table, random }) =>
    `alter table ${table} add constraint ${name("c", random)} check (id > ${chosen(["-1", "-2"], random)})${chosen(["", "", " not valid", " no inherit"], random)}`,
  ({ table, random }) => `alter table ${only(random)}${table} drop constraint ${name("c", random)}`,
  ({ table, column }) => `alter table ${table} alter column ${column} set not null`,
  ({ table, column, random }) =>
    `alter table ${only(random)}${table} alter column ${column} drop not null`,
  ({ table, random }) => `alter table ${only(random)}${table} alter column k set default 7`,
  ({ table, random }) => `alter table ${only(random)}${table} alter column t set default 'x'`,
  ({ table }) => `alter table ${table} alter column k drop default`,
  ({ table }) => `alter table ${table} alter column id add generated by default as identity`,
  ({ table }) => `alter table ${table} alter column k type bigint`,
  ({ table }) => `alter table ${table} alter column id type bigint`,
  ({ table }) => `alter table ${table} alter column t type varchar(40)`,
  ({ table }) => `alter table ${table} alter column n type numeric(12, 4)`,
  ({ table, random }) =>
    `alter table ${table} add column ${name("x", random)} integer ${chosen(["", "default 3", "not null default 4", "generated always as (k * 2) stored"], random)}`,
  ({ table, random }) => `alter table ${table} drop column ${chosen(["n", "x1", "x2"], random)}`,
  ({ table, random }) =>
    `create trigger ${name("g", random)} ${chosen(["before insert", "after update", "before delete or update"], random)} on ${table} for each row execute function noted()`,
  ({ table, random }) =>
    `alter table ${only(random)}${table} ${chosen(["disable", "enable always", "enable replica"], random)} trigger ${name("g", random)}`,
  ({ table, random }) => `drop trigger ${name("g", random)} on ${table}`,
  ({ table, random }) =>
    `alter table ${table} add constraint ${name("f", random)} foreign key (k) references other (k)${chosen(["", " on delete cascade", " deferrable initially deferred"], random)}`,
  ({ table, random }) =>
    `alter table ${table} add constraint ${name("f", random)} foreign key (id) references other`,
  ({ table, random }) =>
    `alter table other add constraint ${name("r", random)} foreign key (id) references ${table} (id)`,
  ({ table, random }) =>
    `alter table ${chosen(["other", "alone"], random)} add constraint ${name("r", random)} foreign key (id, k) references ${table} (id, k) not valid`,
  ({ table, random }) => `alter table ${table} drop constraint ${name("f", random)}`,
  ({ table, tables, random }) => `alter table ${table} detach partition ${chosen(tables, random)}`,
  ({ table }) => detachAnywhere(table),
  ({ table }) => detachAnywhere(table),
  ({ table, random }) =>
    `alter table ${table} attach partition ${chosen(["alone", "apart", "p0", "p1", "pd", "p00"], random)} ${anyBound(random)}`,
  ({ random }) =>
    `alter table ${chosen(["p", "p0", "q"], random)} attach partition ${chosen(["alone", "apart", "p0", "p1"], random)} ${anyBound(random)}`,
  ({ table, random }) =>
    `create table ${table}${chosen(["5", "6"], random)} partition of ${table} ${anyBound(random)}`,
  ({ table }) => `create table ${table}d partition of ${table} default`,
  ({ tables, random }) =>
    `alter index ${name("i", random)} attach partition ${chosen(tables, random)}_${chosen(["k", "id", "t"], random)}_idx`,
  ({ random }) => `drop index ${name(chosen(["i", "u"], random), random)}`,
  ({ tables, random }) => `drop table ${chosen(tables.slice(1), random)}`,
  ({ table }) => `alter table ${table} set (fillfactor = 70)`,
  ({ table }) => `alter table ${table} enable row level security`,
  ({ table }) => `create policy seen on ${table} using (k > 0)`,
  ({ table }) => `create statistics ${table}_s on id, k from ${table}`,
  ({ table, column }) => `alter table ${table} alter column ${column} set statistics 50`,
  ({ table }) => `grant select on ${table} to public`,
  ({ table }) => `comment on table ${table} is 'said'`,
  ({ table }) => `alter table ${table} replica identity full`,
];

const changesSince18: readonly Change[] = [
  ({ table, column, random }) =>
    `alter table ${table} add constraint ${name("nn", random)} not null ${column}${chosen(["", " not valid"], random)}`,
  ({ table, random }) =>
    `alter table ${only(random)}${table} drop constraint ${name("nn", random)}`,
  ({ table, random }) =>
    `alter table ${table} add constraint ${name("c", random)} check (k < 1000) not enforced`,
  ({ table, random }) =>
    `alter table ${table} add constraint ${name("f", random)} foreign key (id) references other not valid`,
  ({ table, random }) =>
    `alter table ${table} add column ${name("x", random)} integer generated always as (k + 1) virtual`,
  ({ table, random }) =>
    `alter table ${table} add constraint ${name("c", random)} exclude using btree (${chosen(["id with =", "id with =, k with ="], random)})`,
];

/** From whatever table it is a partition of. */
function detachAnywhere(table: string): string {
  const parent = table.slice(0, -1);
  return `alter table ${parent === "" ? table : parent} detach partition ${table}`;
}

function anyBound(random: Random): string {
  return random() < 0.2
    ? "default"
    : chosen(strategies, random).bound(3 + Math.floor(random() * 3));
}

function name(prefix: string, random: Random): string {
  return `${prefix}${1 + Math.floor(random() * 3)}`;
}

function only(random: Random): string {
  return random() < 0.25 ? "only " : "";
}

function chosen<T>(from: readonly T[], random: Random): T {
  const [one] = pick(from, 1, random);
  if (one === undefined) throw new Error("nothing to choose from");
  return one;
}
