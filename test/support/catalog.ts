/** Catalogs of test databases. */
import { postgresDatabase } from "../../src/adapters/postgres/connect.ts";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { resolveTarget } from "../../src/adapters/postgres/settings.ts";
import type { Catalog } from "../../src/catalog/fact.ts";
import type { CatalogFilter } from "../../src/catalog/filter.ts";

export async function catalogOf(
  database: { readonly url: string },
  filter: Partial<CatalogFilter> = {},
): Promise<Catalog> {
  const target = postgresDatabase(resolveTarget({ url: database.url, environment: {} }));
  const session = await target.connect({ applicationName: "test catalog" });
  try {
    return await readCatalog(session, filter);
  } finally {
    await session.close();
  }
}

/** The server refuses to drop a database that has some. */
export const dropSubscriptions = `
  do $$
  declare each name;
  begin
    for each in select subname from pg_subscription s join pg_database d on d.oid = s.subdbid
      where d.datname = current_database()
    loop
      execute format('alter subscription %I disable', each);
      execute format('alter subscription %I set (slot_name = none)', each);
      execute format('drop subscription %I', each);
    end loop;
  end $$`;
