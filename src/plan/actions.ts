/**
 * An action is the smallest thing that a plan does: a statement or a few that belong together, with what it makes,
 * what it takes away and what it relies on. Actions know nothing of one another; graph.ts orders them by these lists.
 * It must never hold text that was cut out of other SQL: statements come from the rules alone.
 */

/** A fact's id, or a part of a fact that comes and goes by itself, such as a column's default. */
export type Thing = string;

/** What happens to rows when the action runs. */
export type DataLoss = "none" | "rewrites" | "narrows" | "drops rows" | "drops columns";

/**
 * Where the action's statements may run: in any transaction, alone outside of one, or in a transaction that has
 * to be committed before anything uses what was made (a new enum value).
 */
export type TransactionNeed = "any" | "none" | "commit after";

export type Verb = "create" | "alter" | "drop" | "rename";

/** A clause of the statement that creates or drops the action's owner, with no statement of its own. */
export interface Fold {
  /** Key of the action that it becomes a part of. */
  readonly into: string;
  /** The clause inside CREATE TABLE; undefined when the owner's statement does it without being told. */
  readonly clause?: string;
  /** The column whose definition carries the clause, when it is a column's. */
  readonly column?: string;
  /** False when the action can also stand alone, which graph.ts uses where folding would close a circle. */
  readonly always: boolean;
}

export interface Action {
  /** Unique in the plan and the same in every run: it is the last word on the order. */
  readonly key: string;
  readonly verb: Verb;
  /** The fact's kind, such as `table`. */
  readonly kind: string;
  /** The fact's id. */
  readonly subject: Thing;
  /** The fact whose paragraph of a dump the action belongs to. */
  readonly paragraph: Thing;
  /** Of the actions that could come next the one with the lowest rank does. */
  readonly rank: number;
  /** The first statement, when others may fold into it. */
  readonly body?: StatementBody;
  /** Complete statements without the final semicolon; they follow the body's. */
  readonly statements: readonly string[];
  /** Has its final form afterwards. */
  readonly makes: readonly Thing[];
  /** Gone afterwards. */
  readonly takes: readonly Thing[];
  /** Must have its final form before. */
  readonly needs: readonly Thing[];
  /** No longer relied on afterwards: only then may it be taken or disturbed. */
  readonly frees: readonly Thing[];
  /** Changed in a way that whatever relies on it would not survive. */
  readonly disturbs: readonly Thing[];
  /** Names in a shared name space that must be free before, such as `relation public.users`. */
  readonly claims: readonly string[];
  /** Names that are free afterwards. */
  readonly releases: readonly string[];
  readonly loss: DataLoss;
  readonly transaction: TransactionNeed;
  /** It is about a name that servers before this major do not keep. */
  readonly onlySince?: number;
  readonly fold?: Fold;
  /** Of what may refer to something that refers back. */
  readonly preliminary?: () => Preliminary;
}

/** A first form of what an action makes, or a last one of what it drops, that refers to none of the things around. */
export interface Preliminary {
  readonly statements: readonly string[];
  readonly needs: readonly Thing[];
  /** What makes the real thing of the first form; nothing of a drop. */
  readonly replacing: readonly string[];
}

/** What a rule has to say; the rest has a sensible default. */
export type ActionDraft = Pick<Action, "verb" | "statements"> & Partial<Action>;

/** One column inside CREATE TABLE or ADD COLUMN; a folded default goes between the two parts. */
export interface ColumnText {
  readonly name: string;
  /** `total numeric(10,2) COLLATE x`. */
  readonly definition: string;
  /** `NOT NULL`, `GENERATED ...`, in the order that SQL takes them; empty when there is none. */
  readonly constraints: string;
}

/** A statement that other actions may add clauses to. Its text is put together when the order is known. */
export interface StatementBody {
  readonly form: "create table" | "add column" | "create domain" | "create publication";
  /** `CREATE TABLE public.t`, `ALTER TABLE public.t ADD COLUMN`. */
  readonly head: string;
  readonly columns: readonly ColumnText[];
  /** What follows the parentheses: ` PARTITION BY RANGE (a)`. */
  readonly tail: string;
  /** CREATE TABLE x PARTITION OF y takes no empty parentheses. */
  readonly omitsEmptyList?: true;
}
