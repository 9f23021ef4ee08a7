/**
 * What a kind of object has to say to be planned: how it is created, dropped and altered. One rule per kind, all of
 * them in rules/; the engine knows no kind by name. A rule never looks at the order of things: it says what its
 * actions make, need and free, and graph.ts does the rest.
 */
import type { Fact, FactOf } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import type { Kind } from "../catalog/kinds.ts";
import type { ActionDraft } from "./actions.ts";
import type { Planning } from "./planning.ts";

/** A fact that both sides have and that differs, or that has to let go of something which is replaced. */
export interface Change<K extends Kind> {
  readonly from: FactOf<K>;
  readonly to: FactOf<K>;
  /** The names of the payload's attributes that differ. */
  readonly attributes: ReadonlySet<string>;
}

/** How to alter, or that nothing but a new object will do. */
export type Alteration =
  | {
      readonly kind: "alter";
      readonly actions: readonly ActionDraft[];
      /** Things whose dependents do not survive the change: they are dropped before and come back after. */
      readonly rebuild?: readonly FactId[];
      /** Things that have to be gone for the change, and come back after it. */
      readonly again?: readonly FactId[];
    }
  | {
      readonly kind: "replace";
      /** The fact to make again, when not this one alone: an attribute's composite type. */
      readonly instead?: FactId;
    };

export const replace: Alteration = { kind: "replace" };

export function alterBy(...actions: readonly ActionDraft[]): Alteration {
  return { kind: "alter", actions };
}

export interface Rule<K extends Kind> {
  readonly kind: K;
  create(fact: FactOf<K>, planning: Planning): readonly ActionDraft[];
  drop(fact: FactOf<K>, planning: Planning): readonly ActionDraft[];
  /** Without it whatever differs is dropped and made again. */
  alter?(change: Change<K>, planning: Planning): Alteration;
  /** Names that no two objects can have at once, such as `relation public.users`. */
  names?(fact: FactOf<K>): readonly string[];
  /** Whether the fact can stay and be altered although what it refers to is dropped and made again. */
  canRelease?(fact: FactOf<K>, replaced: FactId, planning: Planning): boolean;
  /** Whether what refers to the fact cannot be altered into referring to another while the fact goes. */
  holds?(fact: FactOf<K>, referrer: Fact, planning: Planning): boolean;
  /** Whether the fact, referring to a column, does not survive a change of that column's type. */
  isFragile?(fact: FactOf<K>, planning: Planning): boolean;
  /** What has to be made again when the fact is made and cannot be added where it belongs. */
  comesOnlyWith?(fact: FactOf<K>, planning: Planning): readonly FactId[];
  /** What can't stay as it is while the fact is made or changed: to be altered for that, or made again. */
  displaces?(fact: FactOf<K>, planning: Planning): readonly FactId[];
  /** The owner that has to be made again when the fact goes and cannot be dropped by itself. */
  goesOnlyWith?(fact: FactOf<K>, planning: Planning): FactId | undefined;
  /** Things that go away with another fact, without a statement of their own. */
  dropsWith?(fact: FactOf<K>, planning: Planning): Companion | undefined;
}

export interface Companion {
  readonly id: FactId;
  /** True when the fact cannot be dropped by itself at all. */
  readonly always: boolean;
}
