/**
 * A rule as SQL that the server evaluates, so that no original value leaves it. The same value gives the same
 * replacement wherever it stands, as long as the key is the same: joins hold. The key is a setting of the session and
 * stands in no statement.
 */
import { LockstepError } from "../../core/errors.ts";
import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { wrapped } from "../expression.ts";
import type { ColumnFacts } from "../tables.ts";
import { cities, companies, firstNames, lastNames, streets, words } from "./lists.ts";
import type { FakeKind, MaskRule } from "./rules.ts";

/** Set it by set_config() in every session that evaluates a mask. */
export const maskKeySetting = "lockstep.mask_key";

const key = `pg_catalog.current_setting('${maskKeySetting}')`;

/** Undefined: the column as it is. */
export function maskExpression(
  rule: MaskRule,
  column: ColumnFacts,
  place: string,
): string | undefined {
  const name = quoteIdentifier(column.name);
  const cast = (expression: string): string => `(${expression})::${column.type}`;
  switch (rule.kind) {
    case "keep":
      return undefined;
    case "null":
      if (!column.notNull) return cast("null");
      throw unfit(place, "it may not be null", "hash");
    case "value":
      return cast(quoteLiteral(rule.value));
    case "sql":
      return cast(wrapped(rule.expression));
    case "hash":
      return guarded(name, cast(hashed(name, column, place)));
    case "fake":
      return guarded(name, cast(faked(rule.fake, { name, column, place })));
  }
}

/** Null says that there is nothing, and stays. */
function guarded(name: string, expression: string): string {
  return `case when ${name} is null then null else ${expression} end`;
}

/** 64 hexadecimal digits: a hash of a keyed hash, which is as good as HMAC and needs no extension. */
function digits(name: string): string {
  const once = digest(`${key} || ${name}::pg_catalog.text`);
  return digest(`${key} || ${once}`);
}

function digest(text: string): string {
  return `pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(${text}, 'UTF8')), 'hex')`;
}

/** A number from 0 to 2^60 - 1, a different one for each salt. */
function numberFrom(name: string, salt: number): string {
  return `('x0' || pg_catalog.substr(${digits(name)}, ${1 + salt * 15}, 15))::pg_catalog.bit(64)::pg_catalog.int8`;
}

const textBases: ReadonlySet<string> = new Set(["text", "varchar", "bpchar", "citext", "name"]);

function hashed(name: string, column: ColumnFacts, place: string): string {
  const { base, lengthMax } = column;
  if (textBases.has(base)) {
    const length = Math.min(lengthMax ?? 64, base === "name" ? 63 : 64);
    return `pg_catalog.left(${digits(name)}, ${length})`;
  }
  const number = numberFrom(name, 0);
  switch (base) {
    case "uuid":
      return `pg_catalog.left(${digits(name)}, 32)::pg_catalog.uuid`;
    case "bytea":
      return `pg_catalog.decode(${digits(name)}, 'hex')`;
    case "int8":
      return number;
    case "int4":
      return `${number} % 2147483647`;
    case "int2":
      return `${number} % 32767`;
    default:
      throw unfit(place, `there is no hash of the type ${column.type}`, '{"sql": "..."}');
  }
}

interface Faking {
  readonly name: string;
  readonly column: ColumnFacts;
  readonly place: string;
}

function faked(fake: FakeKind, { name, column, place }: Faking): string {
  const { base, lengthMax } = column;
  if (fake === "date") {
    if (!["date", "timestamp", "timestamptz"].includes(base)) throw wrongFake(fake, column, place);
    // Up to a year earlier: a date of birth stays plausible, and nothing moves into the future.
    return `${name} - pg_catalog.make_interval(days => (${numberFrom(name, 0)} % 365)::pg_catalog.int4 + 1)`;
  }
  if (fake === "number") {
    const limit = { int2: 32_767, int4: 2_147_483_647, int8: 1_000_000_000_000 }[base];
    if (limit === undefined) throw wrongFake(fake, column, place);
    return `${numberFrom(name, 0)} % ${limit}`;
  }
  const isIp = fake === "ip" && (base === "inet" || base === "cidr");
  if (!isIp && !textBases.has(base)) throw wrongFake(fake, column, place);
  const text = fakeText(fake, name);
  return lengthMax === undefined || isIp ? text : `pg_catalog.left(${text}, ${lengthMax})`;
}

function fakeText(fake: Exclude<FakeKind, "date" | "number">, name: string): string {
  const pick = (list: readonly string[], salt: number): string => pickOf(list, name, salt);
  switch (fake) {
    case "email":
      return `'user_' || pg_catalog.left(${digits(name)}, 16) || '@example.com'`;
    case "username":
      return `'user_' || pg_catalog.left(${digits(name)}, 12)`;
    case "first-name":
      return pick(firstNames, 0);
    case "last-name":
      return pick(lastNames, 1);
    case "name":
      return `${pick(firstNames, 0)} || ' ' || ${pick(lastNames, 1)}`;
    case "company":
      return `${pick(companies, 0)} || ' ' || ${pick(lastNames, 1)}`;
    case "street":
      return `${pick(streets, 0)} || ' ' || (${numberFrom(name, 1)} % 200 + 1)`;
    case "city":
      return pick(cities, 0);
    case "postcode":
      return `pg_catalog.lpad((${numberFrom(name, 0)} % 100000)::pg_catalog.text, 5, '0')`;
    case "phone":
      return `'+1555' || pg_catalog.lpad((${numberFrom(name, 0)} % 10000000)::pg_catalog.text, 7, '0')`;
    case "ip":
      // 198.18.0.0/15 is set aside for tests.
      return `'198.18.' || (${numberFrom(name, 0)} % 256) || '.' || (${numberFrom(name, 1)} % 256)`;
    case "text":
      // As long as the original, so that pages look alike.
      return `pg_catalog.left(pg_catalog.repeat(${pick(words, 0)} || ' ' || ${pick(words, 1)} || ' ', pg_catalog.length(${name}::pg_catalog.text) / 8 + 1), pg_catalog.length(${name}::pg_catalog.text))`;
  }
}

function pickOf(list: readonly string[], name: string, salt: number): string {
  const array = `array[${list.map((item) => quoteLiteral(item)).join(",")}]`;
  return `(${array})[1 + ${numberFrom(name, salt)} % ${list.length}]`;
}

function wrongFake(fake: FakeKind, column: ColumnFacts, place: string): LockstepError {
  return unfit(place, `fake:${fake} makes nothing of the type ${column.type}`, '{"sql": "..."}');
}

function unfit(place: string, why: string, instead: string): LockstepError {
  return new LockstepError("DATA.MASK_UNFIT", `${place} can't be masked so: ${why}`, {
    next: `Give it another rule, such as ${instead}.`,
  });
}
