/**
 * In which order tables are loaded so that what a row refers to is there before it. Tables that refer to each other
 * in a circle are one unit, loaded in one transaction.
 */
import type { ForeignKeyFacts } from "./tables.ts";

export interface LoadUnit {
  /** Tables' oids, in the order that they were given in. */
  readonly tables: readonly number[];
  /** Positions of the units that have to be there before. */
  readonly needs: readonly number[];
  /** The foreign keys that stay within the unit and between two tables: no order satisfies them. */
  readonly circular: readonly ForeignKeyFacts[];
}

type Edge = Pick<ForeignKeyFacts, "table" | "target">;

export function loadUnits(
  tables: readonly number[],
  foreignKeys: readonly ForeignKeyFacts[],
): readonly LoadUnit[] {
  const groups = circles(tables, foreignKeys);
  const groupOf = new Map(
    groups.flatMap((group, at) => group.map((table) => [table, at] as const)),
  );
  const position = new Map(tables.map((table, at) => [table, at]));
  const needs = groups.map(() => new Set<number>());
  const circular = groups.map((): ForeignKeyFacts[] => []);
  for (const key of foreignKeys) {
    const [from, to] = [groupOf.get(key.table), groupOf.get(key.target)];
    if (from === undefined || to === undefined) continue;
    if (from !== to) needs[from]?.add(to);
    else if (key.table !== key.target) circular[from]?.push(key);
  }
  const place = (table: number): number => position.get(table) ?? 0;
  return groups.map((group, at) => ({
    tables: group.toSorted((left, right) => place(left) - place(right)),
    needs: [...(needs[at] ?? [])].sort((left, right) => left - right),
    circular: circular[at] ?? [],
  }));
}

interface Visit {
  readonly table: number;
  readonly next: Iterator<number>;
}

/** Tarjan's strongly connected components, which come out with what they refer to first; without recursion. */
function circles(
  tables: readonly number[],
  edges: readonly Edge[],
): readonly (readonly number[])[] {
  const targets = new Map<number, number[]>(tables.map((table) => [table, []]));
  for (const { table, target } of edges) if (targets.has(target)) targets.get(table)?.push(target);
  const found = new Map<number, { index: number; low: number }>();
  const open = new Set<number>();
  const stack: number[] = [];
  const groups: number[][] = [];
  const enter = (table: number): Visit => {
    found.set(table, { index: found.size, low: found.size });
    stack.push(table);
    open.add(table);
    return { table, next: (targets.get(table) ?? []).values() };
  };
  const lower = (table: number, to: number): void => {
    const entry = found.get(table);
    if (entry !== undefined) entry.low = Math.min(entry.low, to);
  };
  for (const start of tables) {
    if (found.has(start)) continue;
    const visits = [enter(start)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const { value: target, done } = visit.next.next();
      if (done !== true) {
        const known = found.get(target);
        if (known === undefined) visits.push(enter(target));
        else if (open.has(target)) lower(visit.table, known.index);
        continue;
      }
      visits.pop();
      const own = found.get(visit.table);
      const above = visits.at(-1);
      if (above !== undefined && own !== undefined) lower(above.table, own.low);
      if (own !== undefined && own.low === own.index)
        groups.push(closeGroup(stack, open, visit.table));
    }
  }
  return groups;
}

function closeGroup(stack: number[], open: Set<number>, root: number): number[] {
  const group: number[] = [];
  for (let table = stack.pop(); table !== undefined; table = stack.pop()) {
    open.delete(table);
    group.push(table);
    if (table === root) break;
  }
  return group;
}
