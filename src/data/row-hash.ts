/**
 * SQL for the hash of a row: the same on two servers for the same values, whatever their order, their age and how they
 * are stored. It is made of the server's own functions for each type, since making the text of a row costs several
 * times as much; where those count different values as equal, what tells them apart is hashed as well.
 */
import { quoteIdentifier } from "../sql/quote.ts";

export interface HashedColumn {
  readonly name: string;
  /** pg_type.typname of what it is made of in the end. */
  readonly base: string;
  /** The type is the server's own, and no domain. */
  readonly isBuiltin: boolean;
}

/** Of no columns: undefined. */
export function rowHash(columns: readonly HashedColumn[]): string | undefined {
  const hashes = columns.map(({ name, base, isBuiltin }, at) => {
    const hash = (isBuiltin ? exactHashes.get(base) : undefined) ?? ofText;
    // A null must not make the whole row one, which a sum leaves out.
    return `coalesce(${hash(quoteIdentifier(name), at + 1)}, ${7_919 * (at + 1)})`;
  });
  return hashes.length === 0 ? undefined : hashes.join(" # ");
}

/** For what is hashed beside a value: no column's own. */
const highSeed = 10_000;

type Hash = (value: string, seed: number) => string;

function by(name: string, cast = ""): Hash {
  return (value, seed) => `pg_catalog.${name}(${value}${cast}, ${seed})`;
}

/** A collation may count different texts as equal; here bytes count. */
const textual = by("hashtextextended", '::pg_catalog.text collate "C"');

/** Of what only its text tells from what is equal to it (a json's numbers), or whose values have OIDs in them. */
const ofText = textual;

/** What is asked beside the type's own hash is what that leaves out. */
const exactHashes: ReadonlyMap<string, Hash> = new Map<string, Hash>([
  ["bool", by("hashint4extended", "::pg_catalog.int4")],
  ["int2", by("hashint2extended")],
  ["int4", by("hashint4extended")],
  // Its halves are folded.
  ["int8", beside(by("hashint8extended"), (value) => `(${value}::int8 >> 32)::pg_catalog.int4`)],
  ["oid", by("hashoidextended")],
  ["uuid", by("uuid_hash_extended")],
  ["time", by("time_hash_extended")],
  ["timestamp", by("timestamp_hash_extended")],
  // Of the same number as a timestamp, which has a hash that can be called.
  [
    "timestamptz",
    (value, seed) =>
      `pg_catalog.timestamp_hash_extended(pg_catalog.timezone('0'::pg_catalog.interval, ${value}), ${seed})`,
  ],
  ["name", by("hashnameextended")],
  ["text", textual],
  ["varchar", textual],
  // The blanks at its end.
  ["bpchar", beside(textual, (value) => `pg_catalog.octet_length(${value})`)],
  ["numeric", hashOfNumeric],
  ["float4", byBytes("float4send")],
  ["float8", byBytes("float8send")],
  ["interval", byBytes("interval_send")],
  ["date", byRecord],
  ["bytea", byRecord],
]);

/** Its own hash leaves out the sign and the scale, and is the same for NaN and the infinities. */
function hashOfNumeric(value: string, seed: number): string {
  const signAndScale = `pg_catalog.scale(${value}) + case when ${value} < 0 then 100000 else 0 end`;
  return `pg_catalog.hash_numeric_extended(${value}, ${seed}) # coalesce(
    pg_catalog.hashint4extended(${signAndScale}, ${seed + highSeed}), ${ofText(value, seed)})`;
}

function beside(hash: Hash, other: (value: string) => string): Hash {
  return (value, seed) =>
    `${hash(value, seed)} # pg_catalog.hashint4extended(${other(value)}, ${seed + highSeed})`;
}

/** Types whose own function can't be called. */
function byRecord(value: string, seed: number): string {
  return `pg_catalog.hash_record_extended(row(${value}), ${seed})`;
}

/** A float counts 0 and -0 as equal, an interval 24 hours and a day. */
function byBytes(name: string): Hash {
  return (value, seed) => byRecord(`pg_catalog.${name}(${value})`, seed);
}
