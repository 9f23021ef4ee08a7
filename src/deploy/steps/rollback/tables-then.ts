/**
 * The target's tables as they are called when a way back runs, behind those of newer migrations that go before it: its
 * own statements use those names, while rows are counted in what the target has now.
 */
import type { LiveTable } from "../../../backup/harmed-tables.ts";
import { keyOf } from "../../../backup/selection.ts";
import type { KnownSide } from "./same-objects.ts";

/** By today's key; undefined: it is not there then. What is in no file is called as today. */
export type TablesThen = ReadonlyMap<string, TableName | undefined>;

interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** `after`: what the way back begins with; `last`: what the target has. */
export function tablesThen(after: KnownSide, last: KnownSide): TablesThen {
  const tables = new Map<string, TableName | undefined>();
  for (const [key, { kind, name }] of last.objects) {
    if (kind !== "table") continue;
    const then = after.objects.get(key);
    tables.set(keyOf(named(name)), then === undefined ? undefined : named(then.name));
  }
  return tables;
}

function named({
  schema = "",
  name,
}: {
  readonly schema?: string;
  readonly name: string;
}): TableName {
  return { schema, name };
}

export interface TableThen {
  readonly now: LiveTable;
  readonly then: LiveTable;
}

export function asCalledThen(
  live: readonly LiveTable[],
  tables: TablesThen | undefined,
): readonly TableThen[] {
  if (tables === undefined) return live.map((table) => ({ now: table, then: table }));
  const keys = new Map(
    live.flatMap((table) => {
      const name = nameThen(table, tables);
      return name === undefined ? [] : [[keyOf(table), keyOf(name)] as const];
    }),
  );
  return live.flatMap((now): readonly TableThen[] => {
    const name = nameThen(now, tables);
    if (name === undefined) return [];
    const parents = now.parents.flatMap((key) => keys.get(key) ?? []);
    const referrers = now.referrers.flatMap((each) => {
      const table = keys.get(each.table);
      return table === undefined ? [] : [{ ...each, table }];
    });
    return [{ now, then: { ...now, ...name, parents, referrers } }];
  });
}

function nameThen({ schema, name }: LiveTable, tables: TablesThen): TableName | undefined {
  const key = keyOf({ schema, name });
  return tables.has(key) ? tables.get(key) : { schema, name };
}
