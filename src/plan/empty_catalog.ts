/** What a database holds that nobody has touched: the other side of a dump. A test compares it with real ones. */
import type { Catalog, Fact } from "../catalog/fact.ts";
import { factId } from "../catalog/id.ts";

export function emptyCatalog(major: number): Catalog {
  const facts: readonly Fact[] = [
    {
      kind: "schema",
      id: factId("schema", { name: "public" }),
      name: { name: "public" },
      parent: undefined,
      payload: {},
      references: [],
    },
    {
      kind: "extension",
      id: factId("extension", { name: "plpgsql" }),
      name: { name: "plpgsql" },
      parent: undefined,
      payload: { schema: "pg_catalog" },
      references: [],
    },
  ];
  return { major, facts: new Map(facts.map((fact) => [fact.id, fact])), findings: [] };
}
