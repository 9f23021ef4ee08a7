/** Payloads of logical replication. A subscription's password is never here: see foreign.ts. */
import type { Options, QualifiedName } from "./relations.ts";

export type PublicationPayload = {
  readonly owner?: string;
  readonly allTables?: true;
  /** Absent: insert, update, delete and truncate. In that order. */
  readonly publish?: readonly ("insert" | "update" | "delete" | "truncate")[];
  readonly viaPartitionRoot?: true;
  /** PostgreSQL 18. Absent: none. */
  readonly generatedColumns?: "stored";
};

export type PublicationTablePayload = {
  readonly publication: string;
  readonly table: QualifiedName;
  /** Absent: all. In the table's order. */
  readonly columns?: readonly string[];
  /** WHERE, bare. */
  readonly filter?: string;
};

export type PublicationSchemaPayload = {
  readonly publication: string;
  readonly schema: string;
};

export type SubscriptionPayload = {
  readonly owner?: string;
  /** libpq's keywords and values, without secrets; absent when the reader may not see it. */
  readonly connection?: Options;
  /** Keywords of the connection whose values are secrets. */
  readonly secrets?: readonly string[];
  readonly publications: readonly string[];
  readonly disabled?: true;
  /** Absent: a slot of the subscription's own name. */
  readonly slot?: string | false;
  readonly binary?: true;
  readonly streaming: "on" | "parallel" | "off";
  readonly synchronousCommit?: string;
  readonly twoPhase?: true;
  readonly disableOnError?: true;
  readonly passwordRequired?: false;
  readonly runAsOwner?: true;
  readonly origin?: "none";
  readonly failover?: true;
};
