/** Sequences, and the ones behind identity columns: pg_sequence. */
import type { RowValues } from "../../../ports/database.ts";
import type { SequenceOptions } from "../../../catalog/payloads/relations.ts";
import { factId } from "../../../catalog/id.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import { defined, flag, unless } from "./attributes.ts";
import type { CatalogBuild } from "./build.ts";
import { flagBits, inSchemas, largeFamily, letterOf, type Family } from "./family.ts";

interface SequenceRow {
  readonly oid: number;
  readonly relname: string;
  readonly relnamespace: number;
  readonly relowner: number;
  readonly flags: number;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly maximum: string;
  readonly minimum: string;
  readonly cache: string;
  /** 0 for none. */
  readonly ownerTable: number;
  readonly ownerColumn: number;
  /** Of an identity column. */
  readonly identity: string;
}

const isUnlogged = 1;
const isCyclic = 2;

export const sequences: Family = largeFamily({
  name: "pg_sequence",
  query: (server) => `
    select c.oid, c.relname, c.relnamespace, c.relowner, ${flagBits(["c.relpersistence = 'u'", "s.seqcycle"])},
      format_type(s.seqtypid, null), s.seqstart::text, s.seqincrement::text, s.seqmax::text, s.seqmin::text,
      s.seqcache::text, d.refobjid, d.refobjsubid, a.attidentity
    from pg_sequence s
    join pg_class c on c.oid = s.seqrelid
    left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
      and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
    left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid and d.deptype = 'i'
    where ${inSchemas("c.relnamespace", server)}`,
  add: (values, build) => {
    const row = rowOf(values);
    if (!build.isMember("pg_class", row.oid)) {
      if (row.identity === "") addSequence(row, build);
      else addIdentity(row, build);
    }
    build.seen("pg_class", row.oid);
  },
});

function rowOf(values: RowValues): SequenceRow {
  return {
    oid: values.oid(),
    relname: values.text() ?? "",
    relnamespace: values.oid(),
    relowner: values.oid(),
    flags: values.int(),
    type: values.text() ?? "",
    start: values.text() ?? "",
    increment: values.text() ?? "",
    maximum: values.text() ?? "",
    minimum: values.text() ?? "",
    cache: values.text() ?? "",
    ownerTable: values.oid(),
    ownerColumn: values.int(),
    identity: letterOf(values),
  };
}

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
  const relation = build.relations.get(row.ownerTable);
  const column = relation?.columns[row.ownerColumn];
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
    cycle: flag((row.flags & isCyclic) !== 0),
    unlogged: flag((row.flags & isUnlogged) !== 0),
  });
}
