/** What two databases have in common when one is a faithful copy of the other. */
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { fingerprint } from "../../src/catalog/fingerprint.ts";
import { databaseOf } from "./sessions.ts";

/** Everything that a restore has to bring back, as text that is equal exactly when it did. */
export async function contentOf({
  url,
}: {
  readonly url: string;
}): Promise<Readonly<Record<string, unknown>>> {
  const session = await databaseOf(url).connect({
    settings: { search_path: "pg_catalog", extra_float_digits: "3" },
  });
  try {
    const catalog = await readCatalog(session, { defaultOwner: "" });
    const relations = await session.query(
      `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, c.relkind::text as kind
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm', 'S') and not c.relispartition and c.relpersistence <> 't' and n.nspname !~ '^pg_'
        and n.nspname <> 'information_schema' and (c.relkind <> 'm' or c.relispopulated)
        and (n.nspname, c.relname) <> ('lockstep', 'leases') order by 1`,
    );
    const content: Record<string, unknown> = { schema: fingerprint(catalog, "strict") };
    for (const { name, kind } of relations) {
      const text =
        kind === "S" ? `select last_value, is_called from ${String(name)}` : rowsText(String(name));
      content[String(name)] = await session.query(text);
    }
    content["large objects"] = await session.query(
      `select m.oid, pg_get_userbyid(lomowner) as owner, md5(lo_get(m.oid)) as hash,
        (select array_agg(a::text order by a::text) from unnest(lomacl) a) as rights,
        obj_description(m.oid, 'pg_largeobject') as comment
      from pg_largeobject_metadata m order by oid`,
    );
    return content;
  } finally {
    await session.close();
  }
}

/** The text of every row, in an order of its own; hashed, since rows can be large. */
function rowsText(name: string): string {
  return `select count(*), md5(string_agg(md5(row_text), '' order by md5(row_text))) as hash
    from (select t::text as row_text from ${name} t) rows`;
}
