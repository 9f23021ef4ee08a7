/** A value of a type, as an SQL expression, another one for every row. Undefined for types that have no obvious one. */
import { factsOf, type Catalog } from "../../../catalog/fact.ts";
import { printName } from "../../../catalog/id.ts";
import { quoteLiteral } from "../../../sql/quote.ts";

export function sampleValue(type: string, row: number, catalog: Catalog): string | undefined {
  if (type.endsWith("[]")) return `'{}'::${type}`;
  const length = /\((\d+)(?:,-?\d+)?\)/.exec(type)?.[1];
  const base = type.replace(/\(\d+(?:,-?\d+)?\)/, "");
  const known = byType[base]?.(row);
  if (known !== undefined) return cut(known, base, length);
  return valueOfOwnType(type, row, catalog);
}

/** A text that is too long for its column is cut; the number of the row stands in front. */
function cut(value: string, base: string, length: string | undefined): string {
  if (length === undefined || !base.startsWith("character")) return value;
  return `left(${value}, ${length})`;
}

const count = (row: number): string => String(row);
const day = (row: number): string => `date '2020-01-0${row}'`;

const byType: Readonly<Record<string, (row: number) => string>> = {
  smallint: count,
  integer: count,
  bigint: count,
  numeric: count,
  real: count,
  "double precision": count,
  money: (row) => `${row}::money`,
  text: (row) => `'${row}-row'`,
  "character varying": (row) => `'${row}-row'`,
  character: (row) => `'${row}-row'`,
  name: (row) => `'row_${row}'`,
  citext: (row) => `'${row}-row'`,
  boolean: (row) => (row % 2 === 0 ? "false" : "true"),
  date: day,
  "timestamp without time zone": day,
  "timestamp with time zone": day,
  "time without time zone": (row) => `time '0${row}:00'`,
  "time with time zone": (row) => `timetz '0${row}:00+00'`,
  interval: (row) => `interval '${row} days'`,
  uuid: (row) => `'00000000-0000-4000-8000-00000000000${row}'`,
  json: () => "'{}'",
  jsonb: () => "'{}'",
  xml: () => "'<row/>'",
  bytea: (row) => `'\\x0${row}'`,
  inet: (row) => `'192.0.2.${row}'`,
  cidr: (row) => `'192.0.2.${row}/32'`,
  macaddr: (row) => `'00:00:5e:00:53:0${row}'`,
  bit: () => "default",
  "bit varying": () => "b'1'",
  tsvector: (row) => `'row${row}'`,
  point: (row) => `'(${row},${row})'`,
  int4range: (row) => `int4range(${row * 10}, ${row * 10 + 5})`,
  int8range: (row) => `int8range(${row * 10}, ${row * 10 + 5})`,
  daterange: (row) => `daterange('2020-01-0${row}', '2020-01-0${row}', '[]')`,
  tstzrange: (row) => `tstzrange('2020-01-0${row}', '2020-01-0${row + 1}')`,
  tsrange: (row) => `tsrange('2020-01-0${row}', '2020-01-0${row + 1}')`,
  hstore: (row) => `'row=>${row}'`,
};

/** An enum's labels in turn, a domain as its base; both by the name that the server prints. */
function valueOfOwnType(type: string, row: number, catalog: Catalog): string | undefined {
  const isMeant = (name: Parameters<typeof printName>[0]): boolean =>
    printName(name) === type || name.name === type;
  const found = factsOf(catalog, "enum").find(({ name }) => isMeant(name));
  if (found !== undefined) {
    const { labels } = found.payload;
    const label = labels[(row - 1) % Math.max(1, labels.length)];
    return label === undefined ? undefined : quoteLiteral(label);
  }
  const domain = factsOf(catalog, "domain").find(({ name }) => isMeant(name));
  if (domain !== undefined) return sampleValue(domain.payload.type, row, catalog);
  const extension = /^(?:.*\.)?(citext|hstore)$/.exec(type)?.[1];
  return extension === undefined ? undefined : byType[extension]?.(row);
}
