/** What every rule may look at while it writes its actions: both sides, and what becomes of each fact. */
import type { CatalogDifference } from "../catalog/compare.ts";
import type { Fact } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import type { Side } from "./side.ts";

export interface PlanOptions {
  /** The role that will run the plan: what it creates is its own until an owner is set. */
  readonly role?: string;
  /** False: nothing about owners. */
  readonly owners?: boolean;
  /** False: nothing about grants and default privileges. */
  readonly grants?: boolean;
  /** The plan is to be read as a schema file: nothing that only matters to a database with a past. */
  readonly asDump?: boolean;
  /** Rows come between what the plan makes: what they may violate has steps of its own. */
  readonly aroundRows?: boolean;
  /** `rebuild`: a table whose columns stand in another order is made again, with its rows. By default it stays. */
  readonly columnOrder?: "keep" | "rebuild";
  /** What `compareCatalogs` says of the two sides, strictly, where it has been asked already. */
  readonly difference?: CatalogDifference | undefined;
}

/** What becomes of each fact; one that is dropped and created is replaced. */
export interface Fates {
  /** Facts of the from-side that go away. */
  readonly drops: ReadonlySet<FactId>;
  /** Facts of the to-side that are made. */
  readonly creates: ReadonlySet<FactId>;
  /** Facts of both sides that are changed in place, with the attributes that differ. */
  readonly alters: ReadonlyMap<FactId, ReadonlySet<string>>;
  /** Tables that are dropped and created and whose rows go over. */
  readonly rebuilds: ReadonlySet<FactId>;
}

export interface Planning {
  readonly from: Side;
  readonly to: Side;
  readonly options: PlanOptions;
  /** The major of the server that runs the plan. */
  readonly major: number;
  readonly fates: Fates;
}

export function isDropped(planning: Planning, id: FactId): boolean {
  return planning.fates.drops.has(id);
}

export function isCreated(planning: Planning, id: FactId): boolean {
  return planning.fates.creates.has(id);
}

/** The table that is made again with its rows and that the fact is a part of, or is itself. */
export function rebuiltAbove(planning: Planning, fact: Fact | undefined): FactId | undefined {
  const { rebuilds } = planning.fates;
  if (rebuilds.size === 0) return undefined;
  for (let each = fact; each !== undefined; each = planning.to.get(each.parent ?? "")) {
    if (rebuilds.has(each.id)) return each.id;
  }
  return undefined;
}

/** Whether what is dropped holds no rows of its own: a partitioned table that comes back, whose partitions have them. */
export function isHollow(planning: Planning, table: FactId | undefined): boolean {
  if (table === undefined || !isReplaced(planning, table)) return false;
  const { rebuilds } = planning.fates;
  return (
    rebuilds.has(table) || planning.from.find("table", table)?.payload.partitionKey !== undefined
  );
}

/** Dropped and made again. */
export function isReplaced(planning: Planning, id: FactId): boolean {
  return isDropped(planning, id) && isCreated(planning, id);
}
