/** Collations and conversions: pg_collation, pg_conversion. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined, flag } from "./attributes.ts";
import { family, inSchemas, procedureName, since, type Family } from "./family.ts";

interface CollationRow {
  readonly oid: number;
  readonly collname: string;
  readonly collnamespace: number;
  readonly collowner: number;
  readonly collprovider: string;
  readonly locale: string | null;
  readonly collcollate: string | null;
  readonly collctype: string | null;
  readonly collisdeterministic: boolean;
  readonly rules: string | null;
  readonly any_encoding: boolean;
}

const providers: Readonly<Record<string, PayloadOf["collation"]["provider"]>> = {
  i: "icu",
  b: "builtin",
};

export const collations: Family = family<CollationRow>({
  name: "pg_collation",
  query: (server) => `
    select oid, collname, collnamespace, collowner, collprovider,
      ${localeColumn(server.major)} as locale, collcollate, collctype, collisdeterministic,
      ${since(server, 16, "collicurules", "null")} as rules,
      collencoding = -1 and collprovider = 'c' as any_encoding
    from pg_collation
    where ${inSchemas("collnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_collation", row.oid)) return;
    const schema = build.schema(row.collnamespace);
    const provider = providers[row.collprovider] ?? "libc";
    // Before 15 an ICU locale stood in both of libc's columns.
    const icuBefore15 = provider === "icu" && row.locale === null;
    build.add({
      kind: "collation",
      name: { schema: schema.name, name: row.collname },
      parent: schema.parent,
      address: ["pg_collation", row.oid],
      payload: defined<PayloadOf["collation"]>({
        owner: build.owner(row.collowner),
        provider,
        locale: icuBefore15 ? row.collcollate : row.locale,
        collate: provider === "libc" ? row.collcollate : undefined,
        ctype: provider === "libc" ? row.collctype : undefined,
        nondeterministic: flag(!row.collisdeterministic),
        rules: row.rules,
        anyEncoding: flag(row.any_encoding),
      }),
    });
  },
});

function localeColumn(major: number): string {
  if (major >= 17) return "colllocale";
  return major >= 15 ? "colliculocale" : "null";
}

interface ConversionRow {
  readonly oid: number;
  readonly conname: string;
  readonly connamespace: number;
  readonly conowner: number;
  readonly source: string;
  readonly target: string;
  readonly function: QualifiedName;
  readonly condefault: boolean;
}

export const conversions: Family = family<ConversionRow>({
  name: "pg_conversion",
  query: (server) => `
    select c.oid, c.conname, c.connamespace, c.conowner,
      pg_encoding_to_char(c.conforencoding) as source, pg_encoding_to_char(c.contoencoding) as target,
      ${procedureName("c.conproc")} as function, c.condefault
    from pg_conversion c
    where ${inSchemas("c.connamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_conversion", row.oid)) return;
    const schema = build.schema(row.connamespace);
    build.add({
      kind: "conversion",
      name: { schema: schema.name, name: row.conname },
      parent: schema.parent,
      address: ["pg_conversion", row.oid],
      payload: defined<PayloadOf["conversion"]>({
        owner: build.owner(row.conowner),
        source: row.source,
        target: row.target,
        function: row.function,
        default: flag(row.condefault),
      }),
    });
  },
});
