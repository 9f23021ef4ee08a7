/**
 * Access control lists as values. PostgreSQL keeps "nothing was ever granted" as NULL and the same rights, once
 * somebody touched them, as a list: both are the default here, and only what differs from it is said.
 */
import type { Grantee, Privileges } from "../../../catalog/payloads/access.ts";
import { printPart } from "../../../catalog/id.ts";

export interface AclItem {
  /** Empty: PUBLIC. */
  readonly grantee: string;
  readonly grantor: string;
  readonly privileges: Privileges;
}

/** Letters of aclitem in the order in which privileges are printed. */
const privilegeNames: Readonly<Record<string, string>> = {
  r: "SELECT",
  a: "INSERT",
  w: "UPDATE",
  d: "DELETE",
  D: "TRUNCATE",
  x: "REFERENCES",
  t: "TRIGGER",
  m: "MAINTAIN",
  U: "USAGE",
  C: "CREATE",
  X: "EXECUTE",
  c: "CONNECT",
  T: "TEMPORARY",
  s: "SET",
  A: "ALTER SYSTEM",
};

/** The letters that an owner has by default, by acldefault()'s class of object. */
function ownerLetters(aclClass: string, major: number): string {
  const table = major >= 17 ? "rawdDxtm" : "rawdDxt";
  const letters: Readonly<Record<string, string>> = {
    r: table,
    s: "rwU",
    n: "UC",
    f: "X",
    T: "U",
    l: "U",
    F: "U",
    S: "U",
    L: "rw",
  };
  return letters[aclClass] ?? "";
}

/** The letters that PUBLIC has by default. */
function publicLetters(aclClass: string): string {
  const letters: Readonly<Record<string, string>> = { f: "X", T: "U", l: "U" };
  return letters[aclClass] ?? "";
}

export function privilegesOf(letters: string): Privileges {
  const privileges: Record<string, "plain" | "grantable"> = {};
  for (const [letter, name] of Object.entries(privilegeNames)) {
    const at = letters.indexOf(letter);
    if (at !== -1) privileges[name] = letters[at + 1] === "*" ? "grantable" : "plain";
  }
  return privileges;
}

/** `"a role"=r*w/owner`: names are quoted with doubled quotes where they hold anything unusual. */
export function parseAclItem(text: string): AclItem {
  const [grantee, afterGrantee] = readRole(text, 0, "=");
  const slash = text.indexOf("/", afterGrantee);
  const [grantor] = readRole(text, slash + 1, "");
  return { grantee, grantor, privileges: privilegesOf(text.slice(afterGrantee + 1, slash)) };
}

function readRole(text: string, start: number, end: string): readonly [name: string, at: number] {
  if (text[start] !== '"') {
    const at = end === "" ? text.length : text.indexOf(end, start);
    return [text.slice(start, at), at];
  }
  let name = "";
  let at = start + 1;
  for (; at < text.length; at += 1) {
    if (text[at] !== '"') name += text[at];
    else if (text[at + 1] === '"') {
      name += '"';
      at += 1;
    } else break;
  }
  return [name, at + 1];
}

/** One grantee's rights where they are not the default ones. */
export interface GrantDifference {
  readonly grantee: Grantee;
  readonly grantor?: string;
  readonly privileges: Privileges;
  /** Tells the grants on one object apart, for ids. */
  readonly key: string;
}

/** What grantees hold when nobody granted or revoked anything. */
export interface AclDefaults {
  readonly owner: string;
  /** By grantee, as `granteeKey` prints it. */
  readonly usual: ReadonlyMap<
    string,
    { readonly grantee: Grantee; readonly privileges: Privileges }
  >;
}

export function usualDefaults(owner: string, aclClass: string, major: number): AclDefaults {
  const grantees = [
    [{ to: "owner" }, ownerLetters(aclClass, major)],
    [{ to: "public" }, publicLetters(aclClass)],
  ] as const;
  const usual = grantees
    .filter(([, letters]) => letters !== "")
    .map(([grantee, letters]): [string, { grantee: Grantee; privileges: Privileges }] => [
      granteeKey(grantee),
      { grantee, privileges: privilegesOf(letters) },
    ]);
  return { owner, usual: new Map(usual) };
}

export function noDefaults(owner: string): AclDefaults {
  return { owner, usual: new Map() };
}

/** The rights that initdb or an extension's script gave; its grants were made by the owner of that time. */
export function initialDefaults(owner: string, items: readonly AclItem[]): AclDefaults {
  const usual = items.map((item): [string, { grantee: Grantee; privileges: Privileges }] => {
    const grantee = granteeOf(item.grantee, item.grantor);
    return [granteeKey(grantee), { grantee, privileges: item.privileges }];
  });
  return { owner, usual: new Map(usual) };
}

export function differencesFromDefault(
  items: readonly AclItem[],
  { owner, usual }: AclDefaults,
): readonly GrantDifference[] {
  const differences: GrantDifference[] = [];
  const seen = new Set<string>();
  for (const { grantor, privileges, ...item } of items) {
    const grantee = granteeOf(item.grantee, owner);
    const key = granteeKey(grantee);
    if (grantor !== owner) {
      differences.push({ grantee, grantor, privileges, key: `${key}<-${printPart(grantor)}` });
      continue;
    }
    seen.add(key);
    if (!samePrivileges(privileges, usual.get(key)?.privileges ?? {})) {
      differences.push({ grantee, privileges, key });
    }
  }
  for (const [key, { grantee }] of usual) {
    if (!seen.has(key)) differences.push({ grantee, privileges: {}, key });
  }
  return differences;
}

function granteeOf(name: string, owner: string): Grantee {
  if (name === "") return { to: "public" };
  return name === owner ? { to: "owner" } : { to: "role", role: name };
}

/** Roles' names are printed so that none can be taken for the two words. */
function granteeKey(grantee: Grantee): string {
  if (grantee.to === "role") return printPart(grantee.role ?? "");
  return grantee.to === "public" ? "PUBLIC" : "OWNER";
}

function samePrivileges(a: Privileges, b: Privileges): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
