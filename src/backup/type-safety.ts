/**
 * Whether a type's binary form means the same in another database. Arrays and composites carry the OIDs of their
 * parts, reg* types are OIDs, and OIDs of what users made are another database's own; such columns travel as text.
 */

export interface TypeFacts {
  readonly oid: number;
  readonly name: string;
  /** pg_type.typtype. */
  readonly kind: "b" | "c" | "d" | "e" | "m" | "p" | "r";
  /** Has send and receive functions. */
  readonly hasBinary: boolean;
  /** Of an array. */
  readonly element?: number;
  /** Of a domain its base, of a range its subtype, of a multirange its range. */
  readonly base?: number;
  /** Of a composite, in order. */
  readonly attributes?: readonly number[];
}

/** Below this, OIDs are written down in the server's sources and the same everywhere. */
const pinnedOidMax = 9_999;

const textOnly: ReadonlySet<string> = new Set([
  ...["regproc", "regprocedure", "regoper", "regoperator", "regclass", "regtype"],
  ...["regrole", "regnamespace", "regconfig", "regdictionary", "regcollation", "regdatabase"],
  // Its binary form is written anew, with the client's encoding in its declaration.
  "xml",
]);

export function isBinarySafe(oid: number, types: ReadonlyMap<number, TypeFacts>): boolean {
  const type = types.get(oid);
  if (type === undefined || !type.hasBinary) return false;
  const isPinned = oid <= pinnedOidMax;
  if (isPinned && textOnly.has(type.name)) return false;
  switch (type.kind) {
    case "d":
    case "r":
    case "m":
      return type.base !== undefined && isBinarySafe(type.base, types);
    case "c":
      return (type.attributes ?? []).every((part) => isPortablePart(part, types));
    case "e":
      return true;
    case "b":
      return type.element === undefined || isPortablePart(type.element, types);
    case "p":
      return false;
  }
}

/** Its OID stands in the value. */
function isPortablePart(oid: number, types: ReadonlyMap<number, TypeFacts>): boolean {
  return oid <= pinnedOidMax && isBinarySafe(oid, types);
}
