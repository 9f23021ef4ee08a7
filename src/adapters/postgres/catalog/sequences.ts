/** Sequences, and the ones behind identity columns: pg_sequence. */
import type { SequenceOptions } from "../../../catalog/payloads/relations.ts";
import { factId } from "../../../catalog/id.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import { defined, flag, unless } from "./attributes.ts";
import type { CatalogBuild } from "./build.ts";
import { family, inSchemas, type Family } from "./family.ts";

interface SequenceRow {
  readonly oid: number;
  readonly relname: string;
  readonly relnamespace: number;
  readonly relowner: number;
  readonly unlogged: boolean;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly maximum: string;
  readonly minimum: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly owner_table: number | null;
  readonly owner_column: number | null;
  readonly identity: string | null;
}

export const sequences: Family = family<SequenceRow>({
  name: "pg_sequence",
  query: (server) => `
    select c.oid, c.relname, c.relnamespace, c.relowner, c.relpersistence = 'u' as unlogged,
      format_type(s.seqtypid, null) as type, s.seqstart as start, s.seqincrement as increment,
      s.seqmax as maximum, s.seqmin as minimum, s.seqcache as cache, s.seqcycle as cycle,
      d.refobjid as owner_table, d.refobjsubid as owner_column, nullif(a.attidentity, '') as identity
    from pg_sequence s
    join pg_class c on c.oid = s.seqrelid
    left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
      and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
    left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid and d.deptype = 'i'
    where ${inSchemas("c.relnamespace", server)}`,
  rowOf: (row) => ["pg_class", row.oid],
  add: (row, build) => {
    if (build.isMember("pg_class", row.oid)) return;
    if (row.identity !== null) addIdentity(row, build);
    else addSequence(row, build);
  },
});

function addIdentity(row: SequenceRow, build: CatalogBuild): void {
  const column = ownerColumn(row, build)?.column;
  if (column === undefined) return;
  const name = { schema: build.schema(row.relnamespace).name, name: row.relname };
  const subject = { kind: "sequence", id: factId("sequence", name) } as const;
  build.address("pg_class", row.oid, column.id, subject);
  build.patch(column.id, {
    identity: {
      generated: row.identity === "a" ? "always" : "by default",
      sequence: { ...name, ...optionsOf(row) },
    },
  });
}

function addSequence(row: SequenceRow, build: CatalogBuild): void {
  const schema = build.schema(row.relnamespace);
  const owner = ownerColumn(row, build);
  const ownedBy =
    owner === undefined
      ? undefined
      : { schema: owner.schema, table: owner.table, column: owner.column.name };
  const id = build.add({
    kind: "sequence",
    name: { schema: schema.name, name: row.relname },
    parent: schema.parent,
    payload: defined<PayloadOf["sequence"]>({
      owner: build.owner(row.relowner),
      ...optionsOf(row),
      ownedBy,
    }),
    address: ["pg_class", row.oid],
  });
  build.refer(id, owner?.column.id);
}

function ownerColumn(row: SequenceRow, build: CatalogBuild) {
  if (row.owner_table === null || row.owner_column === null) return undefined;
  const relation = build.relations.get(row.owner_table);
  const column = relation?.columns[row.owner_column];
  if (relation === undefined || column === undefined) return undefined;
  return { schema: relation.name.schema, table: relation.name.name, column };
}

const limits: Readonly<Record<string, readonly [minimum: string, maximum: string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

/** What CREATE SEQUENCE would choose is left out. */
function optionsOf(row: SequenceRow): SequenceOptions {
  const [lowest, highest] = limits[row.type] ?? ["", ""];
  const ascending = !row.increment.startsWith("-");
  return defined<SequenceOptions>({
    type: unless(row.type, "bigint"),
    increment: unless(row.increment, "1"),
    minimum: unless(row.minimum, ascending ? "1" : lowest),
    maximum: unless(row.maximum, ascending ? highest : "-1"),
    start: unless(row.start, ascending ? row.minimum : row.maximum),
    cache: unless(row.cache, "1"),
    cycle: flag(row.cycle),
    unlogged: flag(row.unlogged),
  });
}
