/**
 * A fact is one addressable thing in a database: a table, a column, a grant, a comment. A catalog is the facts of one
 * database, read in one snapshot.
 *
 * Identity (id, name, parent) and payload are apart: two facts with the same id are the same thing, perhaps altered.
 * A payload holds only what differs from PostgreSQL's own default, so an attribute that is absent has the default, a
 * newer server's new attribute leaves old fingerprints alone, and two payloads compare as plain records.
 * Nothing here depends on an OID, on a physical file or on when something was made.
 */
import type { Finding } from "../core/findings.ts";
import type { JsonObject } from "../core/errors.ts";
import type { PayloadOf } from "./payload.ts";
import type { FactId, FactName } from "./id.ts";
import type { Privileges } from "./payloads/access.ts";
import type { Kind } from "./kinds.ts";

export interface FactOf<K extends Kind> {
  readonly kind: K;
  readonly id: FactId;
  readonly name: FactName;
  /** The fact that this one cannot outlive: a column's table, a grant's object. Undefined at the root. */
  readonly parent: FactId | undefined;
  readonly payload: PayloadOf[K];
  /** What must be there before this fact, without its parent; sorted, each once, all of them facts of the catalog. */
  readonly references: readonly FactId[];
  /**
   * Of options whose values are secrets: the name of the option and where its value is to be had, `env:NAME`. A database
   * that was deployed holds the value and no reference, so this is no part of what compares.
   */
  readonly secretReferences?: Readonly<Record<string, string>>;
  /**
   * Of a grant on what initdb or an extension made: what the grantee held then, which the server alone knows; no part of
   * what compares.
   */
  readonly initially?: Privileges;
  /** Of an extension whose own files say that it stays in its schema; no part of what compares. */
  readonly immovable?: true;
  /** Of what an extension makes and what does not belong to it; no part of what compares. */
  readonly takenOut?: TakenOut;
}

export interface TakenOut {
  readonly extension: string;
  /** As ALTER EXTENSION ... DROP names it. */
  readonly object: string;
  /** Since then nothing of it was changed, nor of its parts. */
  readonly isWhole?: true;
}

export type Fact = { [K in Kind]: FactOf<K> }[Kind];

export interface Catalog {
  /** The server's major: text that the server deparses is comparable within one major only. */
  readonly major: number;
  readonly facts: ReadonlyMap<FactId, Fact>;
  /** What could not be read, or is there and not modelled. */
  readonly findings: readonly Finding[];
}

/** A payload as the generic code sees it: comparison and hashing know no kind. */
export type Payload = JsonObject;

export function factsOf<K extends Kind>(catalog: Catalog, kind: K): readonly FactOf<K>[] {
  const found: FactOf<K>[] = [];
  for (const fact of catalog.facts.values()) if (isKind(fact, kind)) found.push(fact);
  return found;
}

export function isKind<K extends Kind>(fact: Fact, kind: K): fact is FactOf<K> & Fact {
  return fact.kind === kind;
}
