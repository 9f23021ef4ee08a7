/**
 * A plan's harm held against the tables that there are: names are resolved, and what goes with a table (partitions,
 * children, rows that refer to it) is added. Everything that may be meant counts: a name without a schema is every
 * table of that name.
 */
import type { HarmKind, HarmedTable, NamedObject } from "../sql/harm.ts";
import type { UnitHarm } from "./plan-harm.ts";
import { keyOf } from "./selection.ts";

export interface LiveTable {
  readonly schema: string;
  readonly name: string;
  /** As the size on the disk, without indexes. */
  readonly bytes: number;
  /** The heap has pages, so there may be rows. */
  readonly hasRows: boolean;
  /** By the role that deploys, every row of it. */
  readonly isReadable: boolean;
  /** Triggers of the user's, or rules: a write may do anything. */
  readonly hasTriggers: boolean;
  /** What it inherits from or is a partition of, as keyOf gives them. */
  readonly parents: readonly string[];
  /** Tables with foreign keys to it, and what happens there. */
  readonly referrers: readonly Referrer[];
}

export interface Referrer {
  readonly table: string;
  readonly onDelete: boolean;
  readonly onUpdate: boolean;
}

/** What the database has besides, for the names that the plan uses. */
export interface LiveNames {
  /** Views and the like, which writes go through to somewhere else. */
  readonly views: ReadonlySet<string>;
  /** Those that are there, and none of that name can change rows, as far as the catalog tells. */
  readonly harmlessFunctions: ReadonlySet<string>;
}

export interface HarmFound {
  readonly table: LiveTable;
  /** For people: `dropped by 004_x`. */
  readonly reasons: readonly string[];
}

export interface HarmOnDatabase {
  readonly tables: readonly HarmFound[];
  /** Why the effect on other tables is not known. */
  readonly unknown: readonly string[];
}

export function resolveHarm(
  harms: readonly UnitHarm[],
  live: readonly LiveTable[],
  names: LiveNames,
): HarmOnDatabase {
  const resolver = createResolver(live);
  const unknown = new Set<string>();
  for (const { unit, harm } of harms) {
    const say = (reason: string): void => void unknown.add(`${reason} (${unit})`);
    harm.unknown.forEach(say);
    for (const each of harm.tables) {
      if (names.views.has(each.name)) say(`a view that is written through: ${each.name}`);
      for (const table of resolver.find(each)) resolver.harm(table, each, unit);
      if (each.how !== "dropped" && each.how !== "truncated") noteTriggers(resolver, each, say);
    }
    for (const each of harm.written) {
      if (names.views.has(each.name)) say(`a view that is written through: ${each.name}`);
      noteTriggers(resolver, each, say);
    }
    for (const schema of harm.schemas) {
      for (const table of live) {
        if (table.schema === schema) resolver.note(table, "dropped", unit);
      }
    }
    for (const called of harm.functions) {
      if (!isHarmlessCall(called, names)) say(`the function ${called.name}`);
    }
    // Last: the statements that use the new name come after the one that gives it.
    for (const { from, to } of harm.renames) resolver.rename(from, to);
  }
  return { tables: resolver.found(), unknown: [...unknown] };
}

function noteTriggers(resolver: Resolver, name: NamedObject, say: (reason: string) => void): void {
  for (const table of resolver.find(name)) {
    if (table.hasTriggers) say(`triggers of ${table.name}`);
  }
}

/** Of the server's own, those that change large objects or run a text as SQL. */
const harmfulBuiltIns =
  /^(?:lo_(?:unlink|put|truncate|truncate64)|lowrite|query_to_xml|query_to_xmlschema|query_to_xml_and_xmlschema)$/;

function isHarmlessCall({ name }: NamedObject, names: LiveNames): boolean {
  return names.harmlessFunctions.has(name) && !harmfulBuiltIns.test(name);
}

interface Resolver {
  find(name: NamedObject): readonly LiveTable[];
  harm(table: LiveTable, harm: HarmedTable, unit: string): void;
  note(table: LiveTable, how: HarmKind | "affected in turn", unit: string): void;
  rename(from: NamedObject, to: NamedObject): void;
  found(): readonly HarmFound[];
}

function createResolver(live: readonly LiveTable[]): Resolver {
  const byKey = new Map(live.map((table) => [keyOf(table), table]));
  const children = new Map<string, LiveTable[]>();
  for (const table of live) {
    for (const parent of table.parents) {
      children.set(parent, [...(children.get(parent) ?? []), table]);
    }
  }
  const aliases: { readonly name: NamedObject; readonly tables: readonly LiveTable[] }[] = [];
  const reasons = new Map<LiveTable, Set<string>>();
  const find = ({ schema, name }: NamedObject): readonly LiveTable[] => {
    const direct = live.filter(
      (table) => table.name === name && (schema === undefined || table.schema === schema),
    );
    const renamed = aliases.filter(
      (alias) =>
        alias.name.name === name &&
        (schema === undefined || alias.name.schema === undefined || alias.name.schema === schema),
    );
    return [...direct, ...renamed.flatMap(({ tables }) => tables)];
  };
  const note: Resolver["note"] = (table, how, unit) => {
    const known = reasons.get(table) ?? new Set();
    reasons.set(table, known.add(`${how} by ${unit}`));
  };
  const harm: Resolver["harm"] = (table, { how, cascades }, unit) => {
    const seen = new Set<LiveTable>();
    const queue = [table];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      note(next, next === table ? how : "affected in turn", unit);
      queue.push(...(children.get(keyOf(next)) ?? []));
      for (const referrer of next.referrers) {
        const follows =
          (how === "deleted" && referrer.onDelete) ||
          (how === "updated" && referrer.onUpdate) ||
          (how === "truncated" && cascades);
        const other = follows ? byKey.get(referrer.table) : undefined;
        if (other !== undefined) queue.push(other);
      }
    }
  };
  return {
    find,
    harm,
    note,
    rename: (from, to) => {
      const tables = find(from);
      if (tables.length > 0) aliases.push({ name: to, tables });
    },
    found: () =>
      live.flatMap((table) => {
        const found = reasons.get(table);
        return found === undefined || !table.hasRows ? [] : [{ table, reasons: [...found] }];
      }),
  };
}
