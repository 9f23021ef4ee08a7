/**
 * What follows from a rename: indexes, constraints, sequences and statistics that were named after a table, a column or
 * a domain and are the same but for that. Only of tables and domains that are renamed or have a renamed column, and only
 * where each has exactly one counterpart; the rest is for the plan to drop and make.
 */
import { canonicalRecord } from "../../catalog/canonical.ts";
import { sameValue } from "../../catalog/compare.ts";
import type { Catalog, Fact, FactOf } from "../../catalog/fact.ts";
import { factId, type FactId } from "../../catalog/id.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import { reversed, type Rename } from "./rename.ts";

const followers: ReadonlySet<string> = new Set(["index", "constraint", "sequence", "statistics"]);

/** A renamed attribute takes along the column of each table that is made of its type. `from`: before the renames. */
export function columnsOfTypes(from: Catalog, renames: readonly Rename[]): readonly Rename[] {
  const attributes = renames.filter(({ kind }) => kind === "attribute");
  if (attributes.length === 0) return [];
  const tables = [...from.facts.values()].filter((fact) => fact.kind === "table");
  return attributes.flatMap(({ old, new: now, where }) =>
    tables
      .filter(
        ({ payload: { ofType } }) => ofType?.name === old.relation && ofType?.schema === old.schema,
      )
      .map(({ id, name }): Rename => {
        const after = renames.find((one) => one.kind === "table" && factIdOf(reversed(one)) === id);
        return {
          ...{ kind: "column", where },
          old: { ...name, relation: name.name, name: old.name },
          new: { ...name, ...after?.new, relation: (after?.new ?? name).name, name: now.name },
        };
      }),
  );
}

/** `from`: after the renames themselves. */
export function derivedRenames(
  from: Catalog,
  to: Catalog,
  renames: readonly Rename[],
): readonly Rename[] {
  const tables = touchedRelations(renames);
  if (tables.size === 0) return [];
  const gone = bySignature(from, to, tables);
  const come = bySignature(to, from, tables);
  const derived: Rename[] = [];
  for (const [signature, before] of gone) {
    const after = come.get(signature) ?? [];
    const [[one], [other]] = [before, after];
    if (one === undefined || other === undefined || before.length > 1 || after.length > 1) continue;
    derived.push({ kind: one.kind, old: one.name, new: other.name, where: undefined });
  }
  return derived.toSorted((left, right) => (factIdOf(left) < factIdOf(right) ? -1 : 1));
}

export interface MultirangeRename {
  /** The range as it is called now. */
  readonly range: FactOf<"range">;
  readonly to: QualifiedName;
}

/** The server leaves a renamed range's multirange as it is called. `from`: after the renames themselves. */
export function multirangesOf(
  from: Catalog,
  to: Catalog,
  renames: readonly Rename[],
): readonly MultirangeRename[] {
  return renames.flatMap((rename): readonly MultirangeRename[] => {
    if (rename.kind !== "range") return [];
    const id = factId("range", rename.new);
    const [now, wanted] = [from.facts.get(id), to.facts.get(id)];
    if (now?.kind !== "range" || wanted?.kind !== "range") return [];
    const { multirange } = wanted.payload;
    return sameValue(now.payload.multirange, multirange) ? [] : [{ range: now, to: multirange }];
  });
}

function factIdOf({ kind, new: name }: Rename): FactId {
  return kind === "enum value" ? name.name : factId(kind, name);
}

const relations: ReadonlySet<string> = new Set([
  "table",
  "foreign_table",
  "materialized_view",
  // Its checks are named after it; no relation shares its name.
  "domain",
]);

function touchedRelations(renames: readonly Rename[]): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const { kind, new: now } of renames) {
    if (relations.has(kind)) touched.add(JSON.stringify([now.schema ?? "", now.name]));
    if (kind === "column") touched.add(JSON.stringify([now.schema ?? "", now.relation ?? ""]));
  }
  return touched;
}

/** The facts that the other catalog lacks, by all that they are besides their names. */
function bySignature(
  catalog: Catalog,
  other: Catalog,
  tables: ReadonlySet<string>,
): ReadonlyMap<string, readonly Fact[]> {
  const found = new Map<string, Fact[]>();
  for (const fact of catalog.facts.values()) {
    if (!followers.has(fact.kind) || other.facts.has(fact.id)) continue;
    const table = tableOf(fact);
    if (table === undefined || !tables.has(table)) continue;
    const signature = `${fact.kind} ${table} ${canonicalRecord(fact.payload, ["attachedTo"])}`;
    const known = found.get(signature);
    if (known === undefined) found.set(signature, [fact]);
    else known.push(fact);
  }
  return found;
}

function tableOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case "index":
      return JSON.stringify([fact.name.schema ?? "", fact.payload.table]);
    case "constraint":
      return JSON.stringify([fact.name.schema ?? "", fact.name.relation ?? ""]);
    case "statistics":
      return JSON.stringify([fact.payload.table.schema, fact.payload.table.name]);
    case "sequence": {
      const owned = fact.payload.ownedBy;
      return owned === undefined ? undefined : JSON.stringify([owned.schema, owned.table]);
    }
    default:
      return undefined;
  }
}
