/**
 * What the plan must know about types to change a column's: which conversions the server makes by itself, so that
 * no USING is written where an assignment does (an explicit cast would cut off what an assignment refuses).
 * The table is pg_cast's of PostgreSQL 14 to 18; types that users made convert by their text form.
 */

/** Source -> targets that an assignment reaches without being told. */
const assignments: Readonly<Record<string, string>> = {
  boolean: "",
  bigint: "double precision,integer,money,numeric,oid,real,smallint",
  smallint: "bigint,double precision,integer,numeric,oid,real",
  integer: "bigint,double precision,money,numeric,oid,real,smallint",
  oid: "bigint,integer",
  json: "jsonb",
  jsonb: "json",
  point: "box",
  path: "polygon",
  polygon: "path",
  cidr: "inet",
  inet: "cidr",
  real: "bigint,double precision,integer,numeric,smallint",
  "double precision": "bigint,integer,numeric,real,smallint",
  numeric: "bigint,double precision,integer,money,real,smallint",
  money: "numeric",
  macaddr: "macaddr8",
  macaddr8: "macaddr",
  text: '"char",name,regclass',
  character: '"char",name',
  "character varying": '"char",name,regclass',
  date: "timestamp with time zone,timestamp without time zone",
  "time without time zone": "interval,time with time zone",
  "timestamp without time zone": "date,time without time zone,timestamp with time zone",
  "timestamp with time zone":
    "date,time with time zone,time without time zone,timestamp without time zone",
  interval: "time without time zone",
  "time with time zone": "time without time zone",
  bit: "bit varying",
  "bit varying": "bit",
};

const targetsOf: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(assignments).map(([source, targets]) => [source, new Set(targets.split(","))]),
);

/** Explicit casts that are not a way over text and that a column may be changed by. */
const explicitCasts: ReadonlySet<string> = new Set([
  "boolean>integer",
  "integer>boolean",
  "bigint>bit",
  "integer>bit",
  "bit>bigint",
  "bit>integer",
  '"char">integer',
  'integer>"char"',
  "text>xml",
  "character varying>xml",
  "character>xml",
  "jsonb>boolean",
  "jsonb>numeric",
  "jsonb>integer",
  "jsonb>bigint",
  "jsonb>smallint",
  "jsonb>real",
  "jsonb>double precision",
  "int4range>int4multirange",
  "int8range>int8multirange",
  "numrange>nummultirange",
  "tsrange>tsmultirange",
  "tstzrange>tstzmultirange",
  "daterange>datemultirange",
]);

const stringTypes: ReadonlySet<string> = new Set([
  "text",
  "character varying",
  "character",
  "name",
]);

/** Whether the type is one of the server's own for text. */
export function isString(type: string): boolean {
  return stringTypes.has(typeParts(type).base);
}

export interface TypeParts {
  /** Without modifiers and array marks: `numeric`, `timestamp with time zone`, `public.mood`. */
  readonly base: string;
  readonly modifiers: readonly number[] | undefined;
  readonly isArray: boolean;
}

/** Takes apart what format_type() wrote: `numeric(10,2)[]`, `timestamp(3) with time zone`. */
export function typeParts(type: string): TypeParts {
  const isArray = type.endsWith("[]");
  const element = isArray ? type.slice(0, -2) : type;
  const match = /^(.*?)\((-?\d+(?:,-?\d+)*)\)(.*)$/.exec(element);
  if (match === null || element.endsWith('"'))
    return { base: element, modifiers: undefined, isArray };
  const [, before = "", numbers = "", after = ""] = match;
  return { base: before + after, modifiers: numbers.split(",").map(Number), isArray };
}

/** Whether ALTER COLUMN TYPE does without USING. */
export function assigns(from: string, to: string): boolean {
  const source = typeParts(from);
  const target = typeParts(to);
  if (source.base === target.base && source.isArray === target.isArray) return true;
  if (!target.isArray && stringTypes.has(target.base)) return true;
  if (source.isArray !== target.isArray) return false;
  return stringTypes.has(target.base) || targetsOf.get(source.base)?.has(target.base) === true;
}

/** The expression for USING; `column` is quoted. Undefined when an assignment does. */
export function conversion(column: string, from: string, to: string): string | undefined {
  if (assigns(from, to)) return undefined;
  const source = typeParts(from);
  const target = typeParts(to);
  const isDirect =
    source.isArray === target.isArray &&
    (explicitCasts.has(`${source.base}>${target.base}`) || stringTypes.has(source.base));
  if (isDirect && (!stringTypes.has(source.base) || !source.isArray)) return `${column}::${to}`;
  return `${column}::text::${to}`;
}

/** Whether values may be lost or refused on the way: what is not known to be wider is narrower. */
export function isWidening(from: string, to: string): boolean {
  const source = typeParts(from);
  const target = typeParts(to);
  if (source.isArray !== target.isArray) return false;
  if (source.base === target.base) return modifiersWiden(source, target);
  if (target.base === "text") return true;
  if (target.base === "character varying" && target.modifiers === undefined) {
    return stringTypes.has(source.base);
  }
  return wider.has(`${source.base}>${target.base}`) && target.modifiers === undefined;
}

const wider: ReadonlySet<string> = new Set([
  "smallint>integer",
  "smallint>bigint",
  "integer>bigint",
  "smallint>numeric",
  "integer>numeric",
  "bigint>numeric",
  "real>double precision",
  "date>timestamp without time zone",
  "date>timestamp with time zone",
  "timestamp without time zone>timestamp with time zone",
  "json>jsonb",
  "cidr>inet",
  "macaddr>macaddr8",
]);

function modifiersWiden(source: TypeParts, target: TypeParts): boolean {
  if (target.modifiers === undefined) return true;
  if (source.modifiers === undefined || source.modifiers.length !== target.modifiers.length) {
    return false;
  }
  if (source.base === "numeric") {
    const [precision = 0, scale = 0] = source.modifiers;
    const [newPrecision = 0, newScale = 0] = target.modifiers;
    return newScale >= scale && newPrecision - newScale >= precision - scale;
  }
  return source.modifiers.every((value, position) => value <= (target.modifiers?.[position] ?? 0));
}

/** Whether the server changes the column without writing the table again. */
export function changesInPlace(from: string, to: string): boolean {
  const source = typeParts(from);
  const target = typeParts(to);
  if (source.isArray !== target.isArray) return false;
  if (source.base === target.base) {
    return source.base !== "character" && source.base !== "bit" && modifiersWiden(source, target);
  }
  const pair = `${source.base}>${target.base}`;
  if (target.modifiers !== undefined) return false;
  return ["character varying>text", "text>character varying", "cidr>inet"].includes(pair);
}
