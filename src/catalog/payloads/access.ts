/** Payloads of who may what: roles, schemas, extensions, grants, policies, comments. Absent = PostgreSQL's default. */
import type { FactId } from "../id.ts";
import type { Kind } from "../kinds.ts";

export type SchemaPayload = {
  readonly owner?: string;
};

export type ExtensionPayload = {
  readonly schema: string;
  /** Only when it is not the one that the server's files install by default. */
  readonly version?: string;
};

/** The object that a grant, a comment or a label is on; it may be one without a fact (an index behind a constraint). */
export type Subject = {
  readonly kind: Kind;
  readonly id: FactId;
};

/** To whom something is granted. Owners are not named, so that the same grants under another owner are equal. */
export type Grantee = {
  readonly to: "role" | "public" | "owner";
  /** Of `to: "role"`. */
  readonly role?: string;
};

/** Privilege, such as SELECT, and whether WITH GRANT OPTION. */
export type Privileges = {
  readonly [privilege: string]: "plain" | "grantable";
};

/**
 * What one grantee holds on one object, when that is not what it holds by default. No privileges at all means that
 * the default (the owner's own rights, or PUBLIC's) was taken away. Without the fact the default stands.
 */
export type GrantPayload = Grantee & {
  readonly on: Subject;
  /** Only when it is not the object's owner. */
  readonly grantor?: string;
  readonly privileges: Privileges;
};

export type DefaultPrivilegesPayload = Grantee & {
  /** ALTER DEFAULT PRIVILEGES FOR ROLE; absent: the default owner. */
  readonly creator?: string;
  readonly schema?: string;
  readonly objects: "tables" | "sequences" | "functions" | "types" | "schemas" | "large objects";
  readonly privileges: Privileges;
};

/** ALTER ... DEPENDS ON EXTENSION: the object goes when the extension goes. */
export type ExtensionDependencyPayload = {
  readonly on: Subject;
  readonly extension: string;
};

export type CommentPayload = {
  readonly on: Subject;
  /** Empty: the comment that an extension, or the schema public, comes with was taken away. */
  readonly text: string;
};

export type SecurityLabelPayload = {
  readonly on: Subject;
  readonly provider: string;
  readonly label: string;
};

export type PolicyPayload = {
  /** Absent: all. */
  readonly command?: "select" | "insert" | "update" | "delete";
  readonly restrictive?: true;
  /** Absent: PUBLIC. Sorted. */
  readonly roles?: readonly string[];
  /** As they are written, where that is another order. */
  readonly roleOrder?: readonly string[];
  readonly using?: string;
  readonly withCheck?: string;
};

/** Never a password. */
export type RolePayload = {
  readonly login?: true;
  readonly superuser?: true;
  readonly createDatabase?: true;
  readonly createRole?: true;
  readonly noInherit?: true;
  readonly replication?: true;
  readonly bypassRowSecurity?: true;
  readonly connectionLimit?: number;
  readonly validUntil?: string;
};

export type MembershipPayload = {
  readonly role: string;
  readonly member: string;
  /** Only when it is not the cluster's first role. */
  readonly grantor?: string;
  readonly admin?: true;
  /** PostgreSQL 16: only when it differs from the member's own INHERIT. */
  readonly inherit?: boolean;
  /** PostgreSQL 16: absent is true. */
  readonly set?: false;
};

/** ALTER ROLE/DATABASE ... SET. Without a role it is the database's, without `database` the role's everywhere. */
export type SettingPayload = {
  readonly role?: string;
  readonly database?: true;
  readonly name: string;
  readonly value: string;
};
