/** Payloads of types and collations. Absent = PostgreSQL's default. */
import type { QualifiedName } from "./relations.ts";

export type EnumPayload = {
  readonly owner?: string;
  readonly labels: readonly string[];
};

/** A domain's constraints are facts of their own; NOT NULL is here. */
export type DomainPayload = {
  readonly owner?: string;
  readonly type: string;
  readonly collation?: QualifiedName;
  readonly default?: string;
  readonly notNull?: { readonly name?: string; readonly notValid?: true };
};

/** Its attributes are facts of their own. */
export type CompositePayload = {
  readonly owner?: string;
};

export type AttributePayload = {
  /** Counted from 1 without dropped ones; part of the row's meaning, so never left aside. */
  readonly ordinal: number;
  readonly type: string;
  readonly collation?: QualifiedName;
};

export type RangePayload = {
  readonly owner?: string;
  readonly subtype: string;
  /** Only when it is not the subtype's default. */
  readonly operatorClass?: QualifiedName;
  readonly collation?: QualifiedName;
  readonly canonical?: QualifiedName;
  readonly subtypeDiff?: QualifiedName;
  readonly multirange: QualifiedName;
};

export type BaseTypePayload = {
  readonly owner?: string;
  /** Declared and not defined yet. */
  readonly shell?: true;
  readonly input?: QualifiedName;
  readonly output?: QualifiedName;
  readonly receive?: QualifiedName;
  readonly send?: QualifiedName;
  readonly modifierInput?: QualifiedName;
  readonly modifierOutput?: QualifiedName;
  readonly analyze?: QualifiedName;
  readonly subscript?: QualifiedName;
  /** Bytes; absent: variable. */
  readonly length?: number;
  readonly passedByValue?: true;
  readonly alignment?: "char" | "int2" | "int4" | "double";
  readonly storage?: "plain" | "external" | "extended" | "main";
  readonly category?: string;
  readonly preferred?: true;
  readonly default?: string;
  readonly element?: string;
  readonly delimiter?: string;
  readonly collatable?: true;
};

export type CollationPayload = {
  readonly owner?: string;
  readonly provider: "libc" | "icu" | "builtin";
  readonly locale?: string;
  readonly collate?: string;
  readonly ctype?: string;
  readonly nondeterministic?: true;
  readonly rules?: string;
  /** Of libc's: copied from one that works with every encoding, such as pg_catalog."POSIX". */
  readonly anyEncoding?: true;
};
