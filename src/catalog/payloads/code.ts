/** Payloads of what runs: routines, triggers, rules, operators, casts, languages. Absent = PostgreSQL's default. */
import type { QualifiedName } from "./relations.ts";

export type Argument = {
  /** Absent: in. */
  readonly mode?: "out" | "inout" | "variadic" | "table";
  readonly name?: string;
  readonly type: string;
  readonly default?: string;
};

/** Functions, window functions and procedures. Exactly one of body, sqlBody and symbol is there. */
export type FunctionPayload = {
  readonly owner?: string;
  readonly arguments?: readonly Argument[];
  /** As pg_get_function_result writes it: `SETOF public.t`, `TABLE(a integer)`; absent for procedures. */
  readonly returns?: string;
  readonly language: string;
  /** AS $$ ... $$. */
  readonly body?: string;
  /** BEGIN ATOMIC ... END or RETURN ..., as pg_get_function_sqlbody writes it. */
  readonly sqlBody?: string;
  /** AS 'object file', 'symbol'; an internal function has no file. */
  readonly symbol?: { readonly file?: string; readonly name: string };
  readonly window?: true;
  readonly volatility?: "immutable" | "stable";
  readonly leakproof?: true;
  readonly strict?: true;
  readonly securityDefiner?: true;
  readonly parallel?: "restricted" | "safe";
  readonly cost?: number;
  readonly rows?: number;
  readonly support?: QualifiedName;
  /** SET name TO value, in the order that the catalog keeps. */
  readonly settings?: readonly { readonly name: string; readonly value: string }[];
  /** FOR TYPE. */
  readonly transforms?: readonly string[];
};

export type AggregatePayload = {
  readonly owner?: string;
  readonly arguments?: readonly Argument[];
  /** Absent: normal. */
  readonly form?: "ordered-set" | "hypothetical-set";
  readonly directArguments?: number;
  readonly returns: string;
  readonly transition: QualifiedName;
  readonly stateType: string;
  readonly stateSpace?: number;
  readonly final?: AggregateFinal;
  readonly combine?: QualifiedName;
  readonly serialize?: QualifiedName;
  readonly deserialize?: QualifiedName;
  readonly initial?: string;
  readonly moving?: {
    readonly transition: QualifiedName;
    readonly inverse: QualifiedName;
    readonly stateType: string;
    readonly stateSpace?: number;
    readonly final?: AggregateFinal;
    readonly initial?: string;
  };
  readonly sortOperator?: QualifiedName;
  readonly parallel?: "restricted" | "safe";
};

export type AggregateFinal = {
  readonly function: QualifiedName;
  readonly extra?: true;
  /** Only when it is not the form's default (read_only; read_write for ordered sets). */
  readonly modify?: "read_only" | "shareable" | "read_write";
};

export type TriggerPayload = {
  readonly function: QualifiedName;
  readonly timing: "before" | "after" | "instead of";
  readonly events: readonly ("insert" | "delete" | "update" | "truncate")[];
  /** UPDATE OF. */
  readonly columns?: readonly string[];
  /** Absent: for each statement. */
  readonly forEachRow?: true;
  /** WHEN, bare. */
  readonly when?: string;
  readonly arguments?: readonly string[];
  readonly oldTable?: string;
  readonly newTable?: string;
  readonly constraint?: {
    readonly deferrable?: true;
    readonly initiallyDeferred?: true;
    readonly from?: QualifiedName;
  };
  /** Absent: enabled (origin and local). */
  readonly enabled?: "disabled" | "replica" | "always";
  /** Cloned from the partitioned table's trigger: nothing is to be declared but its `enabled`. */
  readonly inherited?: true;
};

export type RulePayload = {
  /** pg_get_ruledef, whole. */
  readonly definition: string;
  readonly enabled?: "disabled" | "replica" | "always";
};

export type EventTriggerPayload = {
  readonly owner?: string;
  readonly event: string;
  readonly tags?: readonly string[];
  readonly function: QualifiedName;
  readonly enabled?: "disabled" | "replica" | "always";
};

export type OperatorPayload = {
  readonly owner?: string;
  readonly left?: string;
  readonly right?: string;
  /** Absent: a shell, named as commutator or negator and not defined yet. */
  readonly function?: QualifiedName;
  readonly commutator?: QualifiedName;
  readonly negator?: QualifiedName;
  readonly restrict?: QualifiedName;
  readonly join?: QualifiedName;
  readonly hashes?: true;
  readonly merges?: true;
};

export type OperatorMember = {
  readonly strategy: number;
  readonly operator: QualifiedName;
  readonly left: string;
  readonly right: string;
  /** FOR ORDER BY. */
  readonly orderBy?: QualifiedName;
};

export type SupportMember = {
  readonly number: number;
  /** With its argument types, as regprocedure writes it. */
  readonly function: string;
  readonly left: string;
  readonly right: string;
};

export type OperatorClassPayload = {
  readonly owner?: string;
  readonly method: string;
  readonly type: string;
  readonly default?: true;
  readonly family: QualifiedName;
  /** STORAGE. */
  readonly storage?: string;
  readonly operators?: readonly OperatorMember[];
  readonly functions?: readonly SupportMember[];
};

/** Members that belong to the family and to none of its classes. */
export type OperatorFamilyPayload = {
  readonly owner?: string;
  readonly method: string;
  readonly operators?: readonly OperatorMember[];
  readonly functions?: readonly SupportMember[];
};

export type CastPayload = {
  readonly source: string;
  readonly target: string;
  /** With its argument types; absent: by the method. */
  readonly function?: string;
  readonly method: "function" | "binary" | "inout";
  /** Absent: explicit. */
  readonly context?: "assignment" | "implicit";
};

export type TransformPayload = {
  readonly type: string;
  readonly language: string;
  readonly fromSql?: string;
  readonly toSql?: string;
};

export type ConversionPayload = {
  readonly owner?: string;
  readonly source: string;
  readonly target: string;
  readonly function: QualifiedName;
  readonly default?: true;
};

export type LanguagePayload = {
  readonly owner?: string;
  readonly trusted?: true;
  readonly handler?: QualifiedName;
  readonly inline?: QualifiedName;
  readonly validator?: QualifiedName;
};

export type AccessMethodPayload = {
  readonly type: "index" | "table";
  readonly handler: QualifiedName;
};
