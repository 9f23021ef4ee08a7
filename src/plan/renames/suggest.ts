/**
 * What looks like a rename: something goes and something comes that is equal but for its name, each the only one of
 * its sort. A person may say yes to it; nothing is ever taken for a rename without.
 */
import { canonicalRecord } from "../../catalog/canonical.ts";
import type { CatalogDifference } from "../../catalog/compare.ts";
import type { Catalog, Fact } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { Kind } from "../../catalog/kinds.ts";
import { sideOf, type Side } from "../side.ts";
import { renameStatements, type Rename } from "./rename.ts";

/** Where a drop would lose something that a rename keeps. */
const suggested: ReadonlySet<Kind> = new Set<Kind>([
  "table",
  "column",
  "sequence",
  "materialized_view",
  "view",
  "enum",
  "domain",
  "composite",
]);

export function suggestedRenames(
  from: Catalog,
  to: Catalog,
  difference: Pick<CatalogDifference, "added" | "removed">,
): readonly Rename[] {
  const gone = bySignature(difference.removed, from, to);
  if (gone.size === 0) return [];
  const come = bySignature(difference.added, to, from);
  const renames: Rename[] = [];
  for (const [signature, before] of gone) {
    const after = come.get(signature) ?? [];
    const [[one], [other]] = [before, after];
    if (one === undefined || other === undefined || before.length > 1 || after.length > 1) continue;
    renames.push({ kind: one.kind, old: one.name, new: other.name, where: undefined });
  }
  return renames;
}

/** `lacking`: the catalog's facts that the other has not. */
function bySignature(
  lacking: readonly Fact[],
  catalog: Catalog,
  other: Catalog,
): ReadonlyMap<string, readonly Fact[]> {
  const found = new Map<string, Fact[]>();
  const side = sideOf(catalog);
  for (const fact of lacking) {
    if (!suggested.has(fact.kind)) continue;
    // What goes with its table is not for itself.
    if (fact.parent !== undefined && !other.facts.has(fact.parent)) continue;
    const signature = signatureOf(fact, side);
    if (signature === undefined) continue;
    const known = found.get(signature);
    if (known === undefined) found.set(signature, [fact]);
    else known.push(fact);
  }
  return found;
}

/** Undefined: too little to tell one from another. */
function signatureOf(fact: Fact, side: Side): string | undefined {
  const own = canonicalRecord(fact.payload, ["position", "ownedBy", "identity", "notNull"]);
  const place = fact.kind === "column" ? (fact.parent ?? "") : (fact.name.schema ?? "");
  if (fact.kind !== "table" && fact.kind !== "composite") return `${fact.kind} ${place} ${own}`;
  const members = side
    .children(fact.id)
    .filter(({ kind }) => kind === "column" || kind === "attribute");
  if (members.length === 0) return undefined;
  const parts = members.map(
    (member) => `${member.name.name} ${canonicalRecord(member.payload, ["notNull", "identity"])}`,
  );
  return `${fact.kind} ${place} ${own} ${parts.toSorted().join("\n")}`;
}

/** How to say so in the file, for people. */
export function annotationHint(rename: Rename): string {
  const { old, new: now } = rename;
  return `${looksRenamed(rename)}, write above ${now.name}: -- lockstep: renamed from ${old.name}`;
}

/** Where the to-side is in no file that a comment could stand in: what to run on the from-side. */
export function statementHint(rename: Rename, from: Side): string {
  const { kind, old, new: now } = rename;
  const fact = kind === "enum value" ? undefined : from.get(factId(kind, old));
  const statements =
    fact === undefined ? [] : renameStatements(fact, now, { side: from, aside: false });
  const said = statements.map((statement) => `${statement};`).join(" ");
  return `${looksRenamed(rename)}, rename it first, by a migration or in the database: ${said}`;
}

function looksRenamed({ kind, old, new: now }: Rename): string {
  const what = kind.replaceAll("_", " ");
  return `${what} ${labelOf(old)} looks renamed to ${labelOf(now)}: if it is`;
}

export function labelOf(name: Rename["old"]): FactId {
  return [name.schema, name.relation, name.name].filter((part) => part !== undefined).join(".");
}
