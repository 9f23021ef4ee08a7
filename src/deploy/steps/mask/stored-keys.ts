/**
 * The foreign keys of a backup, by the tables that its restore has made: when values are masked on their way in, the
 * keys themselves are not there yet, and rows that they would refuse should not be loaded first.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { factId, type FactId } from "../../../catalog/id.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import type { MaskedKey } from "../../../data/mask/plan.ts";
import type { TableFacts } from "../../../data/tables.ts";

export function storedKeys(catalog: Catalog, tables: readonly TableFacts[]): readonly MaskedKey[] {
  const oids = new Map(tables.map(({ schema, name, oid }) => [idOf({ schema, name }), oid]));
  const keys: MaskedKey[] = [];
  for (const fact of catalog.facts.values()) {
    if (fact.kind !== "constraint" || fact.payload.type !== "foreign key") continue;
    const { columns, table: target, tableColumns: targetColumns, inherited } = fact.payload;
    const { schema = "", relation = "", name } = fact.name;
    const table = oids.get(rootOf(catalog, { schema, name: relation }));
    const targetOid = oids.get(rootOf(catalog, target));
    // The partitions' copies say nothing that their table's key does not.
    if (inherited === true || table === undefined || targetOid === undefined) continue;
    keys.push({ name, table, columns, target: targetOid, targetColumns });
  }
  return keys;
}

function rootOf(catalog: Catalog, name: QualifiedName): FactId {
  const id = idOf(name);
  const fact = catalog.facts.get(id);
  const parent = fact?.kind === "table" ? fact.payload.partitionOf?.parent : undefined;
  return parent === undefined ? id : rootOf(catalog, parent);
}

function idOf({ schema, name }: QualifiedName): FactId {
  return factId("table", { schema, name });
}
