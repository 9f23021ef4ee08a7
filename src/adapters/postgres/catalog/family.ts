/**
 * A family of catalogs: one query, and what its rows become. Families are asked all at once on one connection and
 * added in the order of the table in families.ts, so a family may rely on those before it and on no answer while asking.
 */
import type { Row, RowValues, Session } from "../../../ports/database.ts";
import type { CatalogBuild, CatalogRow, ServerView } from "./build.ts";

export interface Family {
  /** The catalogs that it reads, for messages. */
  readonly name: string;
  /** Undefined: there is nothing to ask of this server. */
  readonly query: (server: ServerView) => string | undefined;
  /** Sends the query; each row is added as it arrives, after all rows of the queries before it. */
  readonly ask: (session: Session, query: string, build: CatalogBuild) => Promise<void>;
}

export interface FamilySource<R> {
  readonly name: string;
  readonly query: (server: ServerView) => string | undefined;
  readonly add: (row: R, build: CatalogBuild) => void;
  /** The row of a catalog that a row stands for, whether or not it becomes a fact. */
  readonly rowOf?: (row: R) => CatalogRow | undefined;
}

/** Ties a query to the shape of its rows: the one place where a row is taken for what its query selects. */
export function family<R>({ name, query, add, rowOf }: FamilySource<R>): Family {
  const addRow = (untyped: Row, build: CatalogBuild): void => {
    // The query beside it selects what R names; nothing else can say so.
    const row = untyped as R;
    const stands = rowOf === undefined ? ownRow(name, untyped) : rowOf(row);
    add(row, build);
    if (stands !== undefined) build.seen(stands[0], stands[1]);
  };
  return {
    name,
    query,
    ask: (session, text, build) => session.each(text, (row) => addRow(row, build)),
  };
}

export interface LargeFamilySource {
  readonly name: string;
  readonly query: (server: ServerView) => string | undefined;
  /** Reads the values in the order in which the query selects them. */
  readonly add: (values: RowValues, build: CatalogBuild) => void;
}

/** For catalogs with rows by the hundred thousand: no object is made of a row. It says itself which rows it has seen. */
export function largeFamily({ name, query, add }: LargeFamilySource): Family {
  return {
    name,
    query,
    ask: (session, text, build) => session.read(text, (row) => add(row, build)),
  };
}

/** A value of the type "char"; nothing for none. */
export function letterOf(values: RowValues): string {
  const code = values.int();
  return code === 0 ? "" : String.fromCharCode(code);
}

/** A value of json. The query builds what T names; nothing else can say so. */
export function jsonOf<T>(values: RowValues): T | undefined {
  const text = values.text();
  return text === null ? undefined : (JSON.parse(text) as T);
}

function ownRow(name: string, { oid }: Row): CatalogRow | undefined {
  return typeof oid === "number" ? [name, oid] : undefined;
}

/** `= any(...)` of the schemas that are read. OIDs are numbers, so there is nothing to quote. */
export function inSchemas(column: string, server: Pick<ServerView, "schemas">): string {
  return `${column} = any('{${[...server.schemas.keys()].join(",")}}'::oid[])`;
}

/** Conditions as one number: the first is its lowest bit. */
export function flagBits(conditions: readonly string[]): string {
  return conditions.map((condition, bit) => `${1 << bit} * (${condition})::int`).join(" + ");
}

/** A column that older servers lack. */
export function since(
  server: ServerView,
  major: number,
  expression: string,
  otherwise: string,
): string {
  return server.major >= major ? expression : otherwise;
}

/**
 * A JSON record of schema and name, null for 0: for objects that few rows name. The aliases inside are ones that no
 * query uses, so that its own can be passed in.
 */
export function procedureName(oid: string): string {
  return `(select json_build_object('schema', in_schema.nspname, 'name', named.proname)
    from pg_proc named join pg_namespace in_schema on in_schema.oid = named.pronamespace where named.oid = ${oid})`;
}

export function collationName(oid: string): string {
  return `(select json_build_object('schema', in_schema.nspname, 'name', named.collname)
    from pg_collation named join pg_namespace in_schema on in_schema.oid = named.collnamespace where named.oid = ${oid})`;
}

export function operatorName(oid: string): string {
  return `(select json_build_object('schema', in_schema.nspname, 'name', named.oprname)
    from pg_operator named join pg_namespace in_schema on in_schema.oid = named.oprnamespace where named.oid = ${oid})`;
}

/** With its argument types, as in `public.half(integer)`; null for 0. */
export function procedureSignature(oid: string): string {
  return `case when ${oid} <> 0 then ${oid}::regprocedure::text end`;
}
