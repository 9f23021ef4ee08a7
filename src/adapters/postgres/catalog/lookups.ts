/** What indexes and partition keys give by OID: operator classes, collations, the types that domains stand on. */
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
  query: () => `
    select oid, opcname, opcnamespace, opcdefault, opcintype from pg_opclass
    where oid in (
      select unnest(indclass) from pg_index where indexrelid >= 16384
      union select unnest(partclass) from pg_partitioned_table
    )`,
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
  query: () => `
    select oid, collname, collnamespace from pg_collation
    where oid in (
      select unnest(indcollation) from pg_index where indexrelid >= 16384
      union select unnest(partcollation) from pg_partitioned_table
      union select attcollation from pg_attribute where attrelid >= 16384
    )`,
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
  add: (row, build) => {
    build.domainBases.set(row.oid, row.typbasetype);
  },
});
