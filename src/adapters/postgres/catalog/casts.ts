/** Casts and transforms: pg_cast, pg_transform. They have no schema; user-made ones are told by their OID. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import { defined } from "./attributes.ts";
import { family, procedureSignature, type Family } from "./family.ts";

interface CastRow {
  readonly oid: number;
  readonly source: string;
  readonly target: string;
  readonly function: string | null;
  readonly castmethod: string;
  readonly castcontext: string;
  readonly castsource: number;
  /** The server made it, for a range type. */
  readonly internal: boolean;
}

const methods: Readonly<Record<string, PayloadOf["cast"]["method"]>> = {
  b: "binary",
  i: "inout",
};
const contexts: Readonly<Record<string, "assignment" | "implicit">> = {
  a: "assignment",
  i: "implicit",
};

export const casts: Family = family<CastRow>({
  name: "pg_cast",
  query: () => `
    select c.oid, format_type(c.castsource, null) as source, format_type(c.casttarget, null) as target,
      ${procedureSignature("c.castfunc")} as function, c.castmethod, c.castcontext,
      c.castsource, exists (
        select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i'
      ) as internal
    from pg_cast c
    where c.oid >= 16384`,
  add: (row, build) => {
    if (build.isMember("pg_cast", row.oid)) return;
    const id = `cast:(${row.source} AS ${row.target})`;
    if (row.internal) {
      const range = build.find("pg_type", row.castsource);
      const isOwn = range !== undefined && build.get(range)?.kind === "range";
      if (isOwn) build.address("pg_cast", row.oid, range, { kind: "cast", id });
      return;
    }
    build.add({
      kind: "cast",
      id,
      name: { name: `${row.source} AS ${row.target}` },
      address: ["pg_cast", row.oid],
      payload: defined<PayloadOf["cast"]>({
        source: row.source,
        target: row.target,
        function: row.function,
        method: methods[row.castmethod] ?? "function",
        context: contexts[row.castcontext],
      }),
    });
  },
});

interface TransformRow {
  readonly oid: number;
  readonly type: string;
  readonly language: string;
  readonly from_sql: string | null;
  readonly to_sql: string | null;
}

export const transforms: Family = family<TransformRow>({
  name: "pg_transform",
  query: () => `
    select t.oid, format_type(t.trftype, null) as type, l.lanname as language,
      ${procedureSignature("t.trffromsql")} as from_sql, ${procedureSignature("t.trftosql")} as to_sql
    from pg_transform t
    join pg_language l on l.oid = t.trflang
    where t.oid >= 16384`,
  add: (row, build) => {
    if (build.isMember("pg_transform", row.oid)) return;
    build.add({
      kind: "transform",
      id: `transform:(${row.type} LANGUAGE ${row.language})`,
      name: { name: `${row.type} LANGUAGE ${row.language}` },
      address: ["pg_transform", row.oid],
      payload: defined<PayloadOf["transform"]>({
        type: row.type,
        language: row.language,
        fromSql: row.from_sql,
        toSql: row.to_sql,
      }),
    });
  },
});
