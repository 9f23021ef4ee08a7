/**
 * Payloads of what lives in pg_class and around it. Absent = PostgreSQL's default. Names of objects are given as the
 * server's identity of them (schema and name), types as format_type() writes them with an empty search path.
 */

/** An object's qualified name where a payload must name one; its fact is among the references when it is a fact. */
export type QualifiedName = {
  readonly schema: string;
  readonly name: string;
};

/** Storage parameters and options: `fillfactor` -> `70`. Sorted by name. */
export type Options = {
  readonly [name: string]: string;
};

export type PartitionKey = {
  readonly strategy: "range" | "list" | "hash";
  readonly keys: readonly KeyPart[];
};

/** One part of a partition key or of an index. Either a column or an expression. */
export type KeyPart = {
  readonly column?: string;
  /** In its parentheses where SQL wants them is the writer's business: this is the bare expression. */
  readonly expression?: string;
  /** Only when it is not the column's own. */
  readonly collation?: QualifiedName;
  /** Only when it is not the default of the type for the method. */
  readonly operatorClass?: QualifiedName;
  readonly operatorClassOptions?: Options;
  readonly descending?: true;
  /** Only when it is not what the direction implies (last when ascending, first when descending). */
  readonly nulls?: "first" | "last";
  /** ALTER INDEX ... ALTER COLUMN n SET STATISTICS. */
  readonly statisticsTarget?: number;
};

export type TablePayload = {
  readonly owner?: string;
  readonly unlogged?: true;
  /** Only when it is not heap; of a partitioned table, whenever it has one for its partitions. */
  readonly accessMethod?: string;
  readonly tablespace?: string;
  readonly options?: Options;
  /** Storage parameters of the TOAST table, without the prefix. */
  readonly toastOptions?: Options;
  /** PARTITION BY. */
  readonly partitionKey?: PartitionKey;
  /** Set on a partition. */
  readonly partitionOf?: {
    readonly parent: QualifiedName;
    readonly bound: string;
    readonly detachPending?: true;
  };
  /** INHERITS, in order. */
  readonly inherits?: readonly QualifiedName[];
  /** CREATE TABLE ... OF. */
  readonly ofType?: QualifiedName;
  readonly rowSecurity?: true;
  readonly forceRowSecurity?: true;
  /** Absent: default. An index is named, in the table's schema. */
  readonly replicaIdentity?: "full" | "nothing" | { readonly index: string };
  /** The index of CLUSTER ON. */
  readonly clusterOn?: string;
};

export type ViewPayload = {
  readonly owner?: string;
  /** pg_get_viewdef, without the final semicolon. */
  readonly query: string;
  /** security_barrier, security_invoker, check_option. */
  readonly options?: Options;
};

export type MaterializedViewPayload = {
  readonly owner?: string;
  readonly query: string;
  readonly options?: Options;
  readonly toastOptions?: Options;
  readonly accessMethod?: string;
  readonly tablespace?: string;
  readonly clusterOn?: string;
  readonly replicaIdentity?: "full" | "nothing" | { readonly index: string };
  /** WITH NO DATA. */
  readonly populated?: false;
};

/** Options of a sequence; absent is what CREATE SEQUENCE gives for the type and the direction. Numbers as text. */
export type SequenceOptions = {
  /** Absent: bigint. */
  readonly type?: string;
  readonly increment?: string;
  readonly minimum?: string;
  readonly maximum?: string;
  readonly start?: string;
  readonly cache?: string;
  readonly cycle?: true;
  readonly unlogged?: true;
};

export type SequencePayload = SequenceOptions & {
  readonly owner?: string;
  /** OWNED BY. */
  readonly ownedBy?: { readonly schema: string; readonly table: string; readonly column: string };
};

export type IdentityPayload = {
  readonly generated: "always" | "by default";
  readonly sequence: QualifiedName & SequenceOptions;
};

export type NotNullPayload = {
  /** PostgreSQL 18: only when it is not TABLE_COLUMN_not_null. */
  readonly name?: string;
  readonly noInherit?: true;
  readonly notValid?: true;
  /** It comes from a parent alone, not from the table's own declaration. */
  readonly inherited?: true;
};

/** Columns of tables, foreign tables, views and materialized views. */
export type ColumnPayload = {
  /** Counted from 1 without dropped columns. Left aside from level column-order on. */
  readonly position: number;
  /** With its modifiers: `character varying(20)`. */
  readonly type: string;
  /** Only when it is not the type's own. */
  readonly collation?: QualifiedName;
  /** Present: NOT NULL. An empty record is the plain form. */
  readonly notNull?: NotNullPayload;
  readonly identity?: IdentityPayload;
  readonly generated?: { readonly kind: "stored" | "virtual"; readonly expression: string };
  /** Only when it is not the type's own. */
  readonly storage?: "plain" | "external" | "extended" | "main";
  readonly compression?: "pglz" | "lz4";
  readonly statisticsTarget?: number;
  /** n_distinct, n_distinct_inherited. */
  readonly options?: Options;
  /** OPTIONS (...) of a foreign table's column. */
  readonly foreignOptions?: Options;
  /** Comes from a parent (INHERITS, PARTITION OF, OF): there is no declaration of its own. */
  readonly inherited?: true;
};

/** A column's default, a fact of its own since what it calls may itself need the table. */
export type DefaultPayload = {
  readonly expression: string;
};

/** What an index is, whether it stands alone or behind a constraint. */
export type IndexShape = {
  /** Absent: btree. */
  readonly method?: string;
  readonly keys: readonly KeyPart[];
  readonly include?: readonly string[];
  readonly options?: Options;
  readonly tablespace?: string;
  /** WHERE, bare. */
  readonly predicate?: string;
  readonly nullsNotDistinct?: true;
  /** A build that failed, or a partitioned index that lacks partitions. */
  readonly invalid?: true;
};

export type IndexPayload = IndexShape & {
  /** In the index's own schema. */
  readonly table: string;
  readonly unique?: true;
  /** The index of the partitioned table that this one is attached to. */
  readonly attachedTo?: QualifiedName;
};

export type ForeignKeyAction = "restrict" | "cascade" | "set null" | "set default";

/** Of tables and of domains. The discriminator is `type`. */
export type ConstraintPayload =
  | CheckConstraint
  | KeyConstraint
  | ExclusionConstraint
  | ForeignKeyConstraint;

type ConstraintCommon = {
  readonly notValid?: true;
  readonly notEnforced?: true;
  readonly deferrable?: true;
  readonly initiallyDeferred?: true;
  /** It comes from a parent alone: nothing is to be declared here. */
  readonly inherited?: true;
};

export type CheckConstraint = ConstraintCommon & {
  readonly type: "check";
  readonly expression: string;
  readonly noInherit?: true;
};

export type KeyConstraint = ConstraintCommon & {
  readonly type: "primary key" | "unique";
  /** The index has the constraint's name; keys are plain columns. */
  readonly index: IndexShape;
  /** The last key column is WITHOUT OVERLAPS. */
  readonly withoutOverlaps?: true;
  /** The partitioned table's constraint that this one is attached to. */
  readonly attachedTo?: QualifiedName;
};

export type ExclusionConstraint = ConstraintCommon & {
  readonly type: "exclusion";
  readonly index: IndexShape;
  /** One operator per key. */
  readonly operators: readonly QualifiedName[];
  readonly attachedTo?: QualifiedName;
};

export type ForeignKeyConstraint = ConstraintCommon & {
  readonly type: "foreign key";
  readonly columns: readonly string[];
  readonly table: QualifiedName;
  readonly tableColumns: readonly string[];
  readonly match?: "full" | "partial";
  readonly onUpdate?: ForeignKeyAction;
  readonly onDelete?: ForeignKeyAction;
  /** ON DELETE SET NULL (columns). */
  readonly onDeleteColumns?: readonly string[];
  /** The last column pair is PERIOD. */
  readonly period?: true;
};

export type StatisticsPayload = {
  readonly owner?: string;
  readonly table: QualifiedName;
  /** Absent: all kinds. Empty for a single expression. */
  readonly kinds?: readonly ("ndistinct" | "dependencies" | "mcv")[];
  readonly columns?: readonly string[];
  readonly expressions?: readonly string[];
  readonly statisticsTarget?: number;
};
