/**
 * One row per kind of statement that the parser knows: what it is called, what it changes and what may happen when
 * it runs twice. A kind that is missing counts as a definition that cannot be repeated; a test finds it.
 */
import type { BeyondDatabase, Repeat, StatementEffect } from "../facts.ts";

export interface StatementKind {
  /** `%` stands for the type of object that the node names. */
  readonly label: string;
  readonly effect: StatementEffect;
  /** When nothing in the statement guards it. */
  readonly repeat: Repeat;
  /** The field whose object type goes into the label. */
  readonly objectType?: string;
  readonly beyond?: BeyondDatabase;
  /** What is true of the statement's own relation. */
  readonly role?: "created" | "altered" | "dropped" | "written" | "read";
}

const create = { effect: "definition", repeat: "unsafe", role: "created" } as const;
const alter = { effect: "definition", repeat: "unsafe", role: "altered" } as const;
/** Sets something to a value: the second time changes nothing. */
const assign = { effect: "definition", repeat: "safe", role: "altered" } as const;
const drop = { effect: "definition", repeat: "unsafe", role: "dropped" } as const;
const rows = { effect: "data", repeat: "unsafe", role: "written" } as const;
const session = { effect: "session", repeat: "safe" } as const;
const upkeep = { effect: "maintenance", repeat: "safe", role: "altered" } as const;

export const statementKinds: Readonly<Record<string, StatementKind>> = {
  AlterCollationStmt: { label: "ALTER COLLATION", ...assign },
  AlterDatabaseRefreshCollStmt: { label: "ALTER DATABASE", ...assign, beyond: "database" },
  AlterDatabaseSetStmt: { label: "ALTER DATABASE SET", ...assign, beyond: "database" },
  AlterDatabaseStmt: { label: "ALTER DATABASE", ...assign, beyond: "database" },
  AlterDefaultPrivilegesStmt: { label: "ALTER DEFAULT PRIVILEGES", ...assign },
  AlterDomainStmt: { label: "ALTER DOMAIN", ...alter },
  AlterEnumStmt: { label: "ALTER TYPE", ...alter },
  AlterEventTrigStmt: { label: "ALTER EVENT TRIGGER", ...assign },
  AlterExtensionContentsStmt: { label: "ALTER EXTENSION", ...alter },
  AlterExtensionStmt: { label: "ALTER EXTENSION UPDATE", ...assign },
  AlterFdwStmt: { label: "ALTER FOREIGN DATA WRAPPER", ...alter },
  AlterForeignServerStmt: { label: "ALTER SERVER", ...alter },
  AlterFunctionStmt: { label: "ALTER FUNCTION", ...assign },
  AlterObjectDependsStmt: { label: "ALTER % DEPENDS", ...assign, objectType: "objectType" },
  AlterObjectSchemaStmt: { label: "ALTER % SET SCHEMA", ...alter, objectType: "objectType" },
  AlterOpFamilyStmt: { label: "ALTER OPERATOR FAMILY", ...alter },
  AlterOperatorStmt: { label: "ALTER OPERATOR", ...assign },
  AlterOwnerStmt: { label: "ALTER % OWNER", ...assign, objectType: "objectType" },
  AlterPolicyStmt: { label: "ALTER POLICY", ...assign },
  AlterPublicationStmt: { label: "ALTER PUBLICATION", ...alter },
  AlterRoleSetStmt: { label: "ALTER ROLE SET", ...assign, beyond: "role" },
  AlterRoleStmt: { label: "ALTER ROLE", ...assign, beyond: "role" },
  AlterSeqStmt: { label: "ALTER SEQUENCE", ...assign },
  AlterStatsStmt: { label: "ALTER STATISTICS", ...assign },
  AlterSubscriptionStmt: { label: "ALTER SUBSCRIPTION", ...alter, beyond: "subscription" },
  AlterSystemStmt: { label: "ALTER SYSTEM", ...assign, beyond: "system setting" },
  AlterTableMoveAllStmt: { label: "ALTER % ALL SET TABLESPACE", ...assign, objectType: "objtype" },
  AlterTableSpaceOptionsStmt: { label: "ALTER TABLESPACE", ...assign, beyond: "tablespace" },
  AlterTableStmt: { label: "ALTER %", ...alter, objectType: "objtype" },
  AlterTSConfigurationStmt: { label: "ALTER TEXT SEARCH CONFIGURATION", ...alter },
  AlterTSDictionaryStmt: { label: "ALTER TEXT SEARCH DICTIONARY", ...assign },
  AlterTypeStmt: { label: "ALTER TYPE", ...assign },
  AlterUserMappingStmt: { label: "ALTER USER MAPPING", ...alter },
  CallStmt: { label: "CALL", effect: "code", repeat: "unknown" },
  CheckPointStmt: { label: "CHECKPOINT", ...upkeep },
  ClosePortalStmt: { label: "CLOSE", ...session },
  ClusterStmt: { label: "CLUSTER", ...upkeep },
  CommentStmt: { label: "COMMENT", ...assign },
  CompositeTypeStmt: { label: "CREATE TYPE", ...create },
  ConstraintsSetStmt: { label: "SET CONSTRAINTS", ...session },
  CopyStmt: { label: "COPY", ...rows },
  CreateAmStmt: { label: "CREATE ACCESS METHOD", ...create },
  CreateCastStmt: { label: "CREATE CAST", ...create },
  CreateConversionStmt: { label: "CREATE CONVERSION", ...create },
  CreatedbStmt: { label: "CREATE DATABASE", ...create, beyond: "database" },
  CreateDomainStmt: { label: "CREATE DOMAIN", ...create },
  CreateEnumStmt: { label: "CREATE TYPE", ...create },
  CreateEventTrigStmt: { label: "CREATE EVENT TRIGGER", ...create },
  CreateExtensionStmt: { label: "CREATE EXTENSION", ...create },
  CreateFdwStmt: { label: "CREATE FOREIGN DATA WRAPPER", ...create },
  CreateForeignServerStmt: { label: "CREATE SERVER", ...create },
  CreateForeignTableStmt: { label: "CREATE FOREIGN TABLE", ...create },
  CreateFunctionStmt: { label: "CREATE FUNCTION", ...create },
  CreateOpClassStmt: { label: "CREATE OPERATOR CLASS", ...create },
  CreateOpFamilyStmt: { label: "CREATE OPERATOR FAMILY", ...create },
  CreatePLangStmt: { label: "CREATE LANGUAGE", ...create },
  CreatePolicyStmt: { label: "CREATE POLICY", ...create, role: "altered" },
  CreatePublicationStmt: { label: "CREATE PUBLICATION", ...create, role: "altered" },
  CreateRangeStmt: { label: "CREATE TYPE", ...create },
  CreateRoleStmt: { label: "CREATE ROLE", ...create, beyond: "role" },
  CreateSchemaStmt: { label: "CREATE SCHEMA", ...create },
  CreateSeqStmt: { label: "CREATE SEQUENCE", ...create },
  CreateStatsStmt: { label: "CREATE STATISTICS", ...create, role: "altered" },
  CreateStmt: { label: "CREATE TABLE", ...create },
  CreateSubscriptionStmt: { label: "CREATE SUBSCRIPTION", ...create, beyond: "subscription" },
  CreateTableAsStmt: { label: "CREATE % AS", ...create, objectType: "objtype" },
  CreateTableSpaceStmt: { label: "CREATE TABLESPACE", ...create, beyond: "tablespace" },
  CreateTransformStmt: { label: "CREATE TRANSFORM", ...create },
  CreateTrigStmt: { label: "CREATE TRIGGER", ...create, role: "altered" },
  CreateUserMappingStmt: { label: "CREATE USER MAPPING", ...create },
  DeallocateStmt: { label: "DEALLOCATE", ...session },
  DeclareCursorStmt: { label: "DECLARE", ...session },
  DefineStmt: { label: "CREATE %", ...create, objectType: "kind" },
  DeleteStmt: { label: "DELETE", ...rows, repeat: "safe" },
  DiscardStmt: { label: "DISCARD", ...session },
  DoStmt: { label: "DO", effect: "code", repeat: "unknown" },
  DropdbStmt: { label: "DROP DATABASE", ...drop, beyond: "database" },
  DropOwnedStmt: { label: "DROP OWNED", ...drop, repeat: "safe" },
  DropRoleStmt: { label: "DROP ROLE", ...drop, beyond: "role" },
  DropStmt: { label: "DROP %", ...drop, objectType: "removeType" },
  DropSubscriptionStmt: { label: "DROP SUBSCRIPTION", ...drop, beyond: "subscription" },
  DropTableSpaceStmt: { label: "DROP TABLESPACE", ...drop, beyond: "tablespace" },
  DropUserMappingStmt: { label: "DROP USER MAPPING", ...drop },
  ExecuteStmt: { label: "EXECUTE", effect: "code", repeat: "unknown" },
  ExplainStmt: { label: "EXPLAIN", effect: "query", repeat: "safe", role: "read" },
  FetchStmt: { label: "FETCH", effect: "query", repeat: "unsafe" },
  GrantRoleStmt: { label: "GRANT", ...assign, beyond: "role" },
  GrantStmt: { label: "GRANT", ...assign },
  ImportForeignSchemaStmt: { label: "IMPORT FOREIGN SCHEMA", ...create, beyond: "other server" },
  IndexStmt: { label: "CREATE INDEX", ...create, role: "altered" },
  InsertStmt: { label: "INSERT", ...rows },
  ListenStmt: { label: "LISTEN", ...session },
  LoadStmt: { label: "LOAD", ...session, beyond: "library" },
  LockStmt: { label: "LOCK", effect: "session", repeat: "safe", role: "altered" },
  MergeStmt: { label: "MERGE", ...rows },
  NotifyStmt: { label: "NOTIFY", effect: "session", repeat: "unsafe" },
  PrepareStmt: { label: "PREPARE", ...session },
  ReassignOwnedStmt: { label: "REASSIGN OWNED", ...assign },
  RefreshMatViewStmt: { label: "REFRESH MATERIALIZED VIEW", ...upkeep },
  ReindexStmt: { label: "REINDEX", ...upkeep },
  RenameStmt: { label: "ALTER % RENAME", ...alter, objectType: "renameType" },
  ReplicaIdentityStmt: { label: "ALTER TABLE REPLICA IDENTITY", ...assign },
  RuleStmt: { label: "CREATE RULE", ...create, role: "altered" },
  SecLabelStmt: { label: "SECURITY LABEL", ...assign },
  SelectStmt: { label: "SELECT", effect: "query", repeat: "safe", role: "read" },
  TransactionStmt: { label: "TRANSACTION", effect: "transaction", repeat: "unsafe" },
  TruncateStmt: { label: "TRUNCATE", ...rows, repeat: "safe" },
  UnlistenStmt: { label: "UNLISTEN", ...session },
  UpdateStmt: { label: "UPDATE", ...rows, repeat: "unknown" },
  VacuumStmt: { label: "VACUUM", ...upkeep },
  VariableSetStmt: { label: "SET", ...session },
  VariableShowStmt: { label: "SHOW", effect: "query", repeat: "safe" },
  ViewStmt: { label: "CREATE VIEW", ...create },
};
