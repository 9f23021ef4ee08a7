/** What others give by OID: access methods, operator classes, collations, the types that domains stand on. */
import { qualified } from "./attributes.ts";
import { family, type Family } from "./family.ts";

interface OperatorClassRow {
  readonly oid: number;
  readonly opcname: string;
  readonly opcnamespace: number;
  readonly opcdefault: boolean;
  readonly opcintype: number;
}

export const operatorClassNames: Family = family<OperatorClassRow>({
  name: "pg_opclass",
  query: () => "select oid, opcname, opcnamespace, opcdefault, opcintype from pg_opclass",
  rowOf: () => undefined,
  add: (row, build) => {
    build.operatorClasses.set(row.oid, {
      name: qualified(build.schema(row.opcnamespace).name, row.opcname),
      isDefault: row.opcdefault,
      inputType: row.opcintype,
    });
  },
});

interface CollationRow {
  readonly oid: number;
  readonly collname: string;
  readonly collnamespace: number;
}

export const collationNames: Family = family<CollationRow>({
  name: "pg_collation",
  // Those of columns, of indexes' columns too, come with the types of columns.
  query: () => `
    select oid, collname, collnamespace from pg_collation
    where oid in (select unnest(partcollation) from pg_partitioned_table)`,
  rowOf: () => undefined,
  add: (row, build) => {
    build.collations.set(row.oid, qualified(build.schema(row.collnamespace).name, row.collname));
  },
});

interface DomainRow {
  readonly oid: number;
  readonly typbasetype: number;
}

export const domainBases: Family = family<DomainRow>({
  name: "pg_type",
  query: () => `select oid, typbasetype from pg_type where typtype = 'd'`,
  rowOf: () => undefined,
  add: (row, build) => {
    build.domainBases.set(row.oid, row.typbasetype);
  },
});

interface AccessMethodRow {
  readonly oid: number;
  readonly amname: string;
}

export const accessMethodNames: Family = family<AccessMethodRow>({
  name: "pg_am",
  query: () => "select oid, amname from pg_am",
  rowOf: () => undefined,
  add: (row, build) => {
    build.accessMethods.set(row.oid, row.amname);
  },
});
