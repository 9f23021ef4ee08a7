/**
 * GRANT and REVOKE from one set of privileges to another. What is there by default (the owner's rights, PUBLIC's
 * on functions and types) is known here, so that taking it away and giving it back are ordinary changes.
 */
import type { Grantee, Privileges } from "../../catalog/payloads/access.ts";
import { kindEntry, type Kind } from "../../catalog/kinds.ts";
import { quoteIdentifier } from "../../sql/quote.ts";

const byClass: Readonly<Record<string, readonly string[]>> = {
  r: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"],
  c: ["SELECT", "INSERT", "UPDATE", "REFERENCES"],
  s: ["SELECT", "UPDATE", "USAGE"],
  n: ["USAGE", "CREATE"],
  f: ["EXECUTE"],
  T: ["USAGE"],
  l: ["USAGE"],
  F: ["USAGE"],
  S: ["USAGE"],
};

export type AclClass = NonNullable<ReturnType<typeof kindEntry>["aclClass"]>;

/** Everything that can be granted on the kind of object. */
export function allPrivileges(aclClass: AclClass, major: number): readonly string[] {
  const all = byClass[aclClass] ?? [];
  return major >= 17 ? all : all.filter((name) => name !== "MAINTAIN");
}

export function aclClassOf(kind: Kind): AclClass {
  return kindEntry(kind).aclClass ?? "r";
}

/** What the grantee holds when nobody granted anything. */
export function usualPrivileges(grantee: Grantee, aclClass: AclClass, major: number): Privileges {
  const isOwner = grantee.to === "owner" && aclClass !== "c";
  const isPublic = grantee.to === "public" && ["f", "T", "l"].includes(aclClass);
  if (!isOwner && !isPublic) return {};
  return Object.fromEntries(allPrivileges(aclClass, major).map((name) => [name, "plain"]));
}

export interface GrantChange {
  readonly from: Privileges;
  readonly to: Privileges;
  /** ALL is written for these. */
  readonly all: readonly string[];
  /** `(a, b)` after each privilege, for columns. */
  readonly columns?: string;
  /** `ON TABLE public.t`, or `ON TABLES` of default privileges. */
  readonly on: string;
  readonly grantee: string;
}

export function grantStatements(change: GrantChange): readonly string[] {
  const { from, to, on, grantee } = change;
  const names = (test: (name: string) => boolean): readonly string[] =>
    [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(test);
  const revoked = names((name) => from[name] !== undefined && to[name] === undefined);
  const ungranted = names((name) => from[name] === "grantable" && to[name] === "plain");
  const plain = names((name) => to[name] === "plain" && from[name] === undefined);
  const grantable = names((name) => to[name] === "grantable" && from[name] !== "grantable");
  const statements: string[] = [];
  if (revoked.length > 0) statements.push(`REVOKE ${list(revoked, change)} ${on} FROM ${grantee}`);
  if (ungranted.length > 0) {
    statements.push(`REVOKE GRANT OPTION FOR ${list(ungranted, change)} ${on} FROM ${grantee}`);
  }
  if (plain.length > 0) statements.push(`GRANT ${list(plain, change)} ${on} TO ${grantee}`);
  if (grantable.length > 0) {
    statements.push(`GRANT ${list(grantable, change)} ${on} TO ${grantee} WITH GRANT OPTION`);
  }
  return statements;
}

function list(names: readonly string[], { all, columns }: GrantChange): string {
  const isAll = all.length > 1 && all.every((name) => names.includes(name));
  const words = isAll ? ["ALL"] : all.filter((name) => names.includes(name));
  return words.map((word) => (columns === undefined ? word : `${word} ${columns}`)).join(", ");
}

export function granteeText(grantee: Grantee, owner: string | undefined): string {
  if (grantee.to === "public") return "PUBLIC";
  if (grantee.to === "role") return quoteIdentifier(grantee.role ?? "");
  return owner === undefined ? "CURRENT_USER" : quoteIdentifier(owner);
}
