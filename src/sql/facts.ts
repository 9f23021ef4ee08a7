/**
 * What is known of a statement before it runs, from its syntax alone. Where the syntax does not tell (what a
 * function does, whether a table is partitioned), the value says that only the server knows; it never guesses.
 */

export interface StatementFacts {
  /** As a person would call it: `CREATE INDEX CONCURRENTLY`, `ALTER TABLE`. */
  readonly label: string;
  /** The parser's name of the node. */
  readonly node: string;
  readonly effect: StatementEffect;
  readonly transaction: TransactionNeed;
  /** Present when the statement begins, ends or marks a transaction. */
  readonly control?: TransactionControl;
  readonly repeat: Repeat;
  readonly session: readonly SessionEffect[];
  readonly relations: readonly RelationUse[];
  /** A value of an enum type, usable only once the transaction that added it has committed. */
  readonly enumValue?: EnumValue;
  /** What a failed concurrent build or drop leaves behind, to be looked up in the catalog. */
  readonly concurrent?: ConcurrentWork;
  /** Why it reaches beyond the database that it runs in; empty when it does not. */
  readonly beyond: readonly BeyondDatabase[];
  readonly locks: LockEstimate;
  /** Functions that it calls by name, unqualified names as written, without duplicates. */
  readonly functions: readonly string[];
}

export type StatementEffect =
  /** Changes the catalog. */
  | "definition"
  /** Changes rows. */
  | "data"
  /** Reads; functions that it calls may do more. */
  | "query"
  /** DO, CALL, EXECUTE: what it does is in its body. */
  | "code"
  | "session"
  | "transaction"
  /** VACUUM, ANALYZE, REINDEX, CLUSTER, REFRESH, CHECKPOINT: no row and no definition changes. */
  | "maintenance";

export type TransactionNeed =
  /** Runs inside a transaction block and outside. */
  | { readonly kind: "any" }
  | { readonly kind: "outside"; readonly reason: string }
  /** Fails, or has no effect, outside a transaction block. */
  | { readonly kind: "inside"; readonly reason: string }
  /** Depends on what the server has: a partitioned table, a subscription's slot, a COMMIT in a procedure. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface TransactionControl {
  readonly kind:
    | "begin"
    | "commit"
    | "rollback"
    | "savepoint"
    | "release"
    | "rollbackTo"
    | "prepare"
    | "commitPrepared"
    | "rollbackPrepared";
  /** COMMIT AND CHAIN: the next transaction begins at once. */
  readonly chain: boolean;
  /** The savepoint or the prepared transaction. */
  readonly name?: string;
  /** Isolation level and the like, by their setting's name. */
  readonly options: Readonly<Record<string, string>>;
}

export type Repeat =
  /** Ends in the same state however often it runs. */
  | "safe"
  /** IF [NOT] EXISTS: runs again, but takes whatever has the name for what it wanted. */
  | "guarded"
  /** Fails the second time, or does its work twice. */
  | "unsafe"
  /** Its functions or its body decide. */
  | "unknown";

export type SessionEffect =
  | {
      readonly kind: "set";
      readonly name: string;
      /** Undefined for `TO DEFAULT` and for RESET. */
      readonly value: string | undefined;
      /** Ends with the transaction. */
      readonly local: boolean;
    }
  | { readonly kind: "resetAll" }
  | { readonly kind: "discard"; readonly target: string }
  /** A prepared statement, a cursor, a listener, a temporary relation, an advisory lock. */
  | { readonly kind: "holds"; readonly what: string };

export interface RelationUse {
  readonly schema?: string;
  readonly name: string;
  readonly role: "created" | "altered" | "dropped" | "written" | "read";
  /** `table`, `index`, `view`, ... where the statement says. */
  readonly kind?: string;
}

export interface EnumValue {
  readonly type: readonly string[];
  readonly value: string;
  readonly guarded: boolean;
}

export interface ConcurrentWork {
  readonly action: "create" | "drop" | "reindex" | "detach";
  /** Absent for an index that the server names itself, and where a whole table or schema is rebuilt. */
  readonly index?: QualifiedName;
  readonly table?: QualifiedName;
}

export interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
}

export type BeyondDatabase =
  | "role"
  | "system setting"
  | "database"
  | "tablespace"
  | "subscription"
  | "other server"
  | "program"
  | "server file"
  | "library";

export interface LockEstimate {
  /** Tables, indexes, TOAST tables and sequences that it makes; each is one entry of the lock table. */
  readonly created: number;
  /** Existing relations that it locks, as far as it names them. */
  readonly existing: number;
}
