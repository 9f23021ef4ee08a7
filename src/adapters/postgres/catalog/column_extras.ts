/** What few columns have, of tables and of indexes alike: options, statistics targets, grants. One scan for all. */
import type { FactId } from "../../../catalog/id.ts";
import type { KeyPart } from "../../../catalog/payloads/relations.ts";
import type { Options, QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined, optionsOf } from "./attributes.ts";
import type { CatalogBuild } from "./build.ts";
import { family, since, type Family } from "./family.ts";
import { addGrants } from "./grants.ts";

interface ExtrasRow {
  readonly attrelid: number;
  readonly attnum: number;
  readonly statistics_target: number | null;
  readonly attoptions: readonly string[] | null;
  readonly attfdwoptions: readonly string[] | null;
  readonly attacl: readonly string[] | null;
  readonly owner: number;
  /** Of an index's column that has options: SQL takes them after the class's name alone. */
  readonly operator_class: QualifiedName | null;
}

export const columnExtras: Family = family<ExtrasRow>({
  name: "pg_attribute",
  query: (server) => `
    select a.attrelid, a.attnum, nullif(a.attstattarget, -1) as statistics_target, a.attoptions, a.attfdwoptions,
      a.attacl, c.relowner as owner,
      case when a.attoptions is not null and c.relkind in ('i', 'I') then (
        select json_build_object('schema', n.nspname, 'name', o.opcname)
        from pg_index i join pg_opclass o on o.oid = i.indclass[a.attnum - 1]
        join pg_namespace n on n.oid = o.opcnamespace where i.indexrelid = a.attrelid
      ) end as operator_class
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    where a.attrelid >= 16384 and a.attnum > 0 and not a.attisdropped
      and (${since(server, 17, "a.attstattarget is not null", "a.attstattarget >= 0")}
        or a.attoptions is not null or a.attfdwoptions is not null or a.attacl is not null)`,
  add: (row, build) => {
    const column = build.relations.get(row.attrelid)?.columns[row.attnum];
    if (column !== undefined) addToColumn(row, column.id, build);
    else addToKey(row, build);
  },
});

function addToColumn(row: ExtrasRow, id: FactId, build: CatalogBuild): void {
  build.patch(
    id,
    defined<{ options?: Options; foreignOptions?: Options; statisticsTarget?: number }>({
      options: optionsOf(row.attoptions),
      foreignOptions: optionsOf(row.attfdwoptions),
      statisticsTarget: row.statistics_target,
    }),
  );
  if (row.attacl === null) return;
  const { attrelid: oid, attnum: column, owner, attacl: acl } = row;
  addGrants({ catalog: "pg_class", oid, column, acl_class: "c", owner, acl }, build);
}

/** A column of an index: options of its operator class, the statistics target of its expression. */
function addToKey(row: ExtrasRow, build: CatalogBuild): void {
  const id = build.find("pg_class", row.attrelid);
  const fact = id === undefined ? undefined : build.get(id);
  if (fact === undefined) return;
  const change = defined<
    Pick<KeyPart, "operatorClass" | "operatorClassOptions" | "statisticsTarget">
  >({
    operatorClass: row.operator_class,
    operatorClassOptions: optionsOf(row.attoptions),
    statisticsTarget: row.statistics_target,
  });
  const alter = (keys: readonly KeyPart[]): readonly KeyPart[] =>
    keys.map((key, at) => (at === row.attnum - 1 ? { ...key, ...change } : key));
  if (fact.kind === "index") build.patch(fact.id, { keys: alter(fact.payload.keys) });
  if (fact.kind === "constraint" && "index" in fact.payload) {
    const { index } = fact.payload;
    build.patch(fact.id, { index: { ...index, keys: alter(index.keys) } });
  }
}
