/**
 * What PostgreSQL's own output plugin (pgoutput, version 1 of its protocol) says of one change, as a value. It decodes
 * bytes and knows nothing of what is to be done with them.
 */
import { InternalError } from "../core/errors.ts";

/** Undefined: a large value that the change left as it was, and that is not sent. */
export type ChangedValue = string | null | undefined;

export interface ChangedRelation {
  readonly oid: number;
  readonly columns: readonly string[];
}

export type Change =
  | { readonly kind: "relation"; readonly relation: ChangedRelation }
  | { readonly kind: "insert"; readonly relation: number; readonly row: readonly ChangedValue[] }
  | {
      readonly kind: "update";
      readonly relation: number;
      /** The row as it was, its key at least; undefined when the key is the same. */
      readonly old: readonly ChangedValue[] | undefined;
      readonly row: readonly ChangedValue[];
    }
  | { readonly kind: "delete"; readonly relation: number; readonly old: readonly ChangedValue[] }
  | { readonly kind: "truncate"; readonly relations: readonly number[] }
  /** What somebody wrote into the log by pg_logical_emit_message. */
  | { readonly kind: "message"; readonly prefix: string; readonly content: string }
  /** Begin, commit, and what says nothing of rows. */
  | { readonly kind: "other" };

export function decodeChange(bytes: Uint8Array): Change {
  const reader = openReader(bytes);
  const kind = reader.letter();
  switch (kind) {
    case "R":
      return { kind: "relation", relation: readRelation(reader) };
    case "I": {
      const relation = reader.int32();
      reader.letter();
      return { kind: "insert", relation, row: readRow(reader) };
    }
    case "U":
      return readUpdate(reader);
    case "D": {
      const relation = reader.int32();
      reader.letter();
      return { kind: "delete", relation, old: readRow(reader) };
    }
    case "T": {
      const count = reader.int32();
      reader.letter();
      const relations = Array.from({ length: count }, () => reader.int32());
      return { kind: "truncate", relations };
    }
    case "M": {
      // Whether it is of a transaction, and its place in the log.
      reader.letter();
      reader.int32();
      reader.int32();
      const prefix = reader.text();
      return { kind: "message", prefix, content: reader.sized() };
    }
    case "B":
    case "C":
    case "O":
    case "Y":
      return { kind: "other" };
    default:
      throw new InternalError(`pgoutput sent a message of the unknown kind ${kind}`);
  }
}

function readUpdate(reader: Reader): Change {
  const relation = reader.int32();
  const first = reader.letter();
  if (first === "N") return { kind: "update", relation, old: undefined, row: readRow(reader) };
  const old = readRow(reader);
  reader.letter();
  return { kind: "update", relation, old, row: readRow(reader) };
}

function readRelation(reader: Reader): ChangedRelation {
  const oid = reader.int32();
  // Its schema, its name, and its replica identity.
  reader.text();
  reader.text();
  reader.letter();
  const columns = Array.from({ length: reader.int16() }, () => {
    // Whether it is of the key.
    reader.letter();
    const name = reader.text();
    // Its type, and the type's modifier.
    reader.int32();
    reader.int32();
    return name;
  });
  return { oid, columns };
}

function readRow(reader: Reader): readonly ChangedValue[] {
  return Array.from({ length: reader.int16() }, (): ChangedValue => {
    const kind = reader.letter();
    if (kind === "n") return null;
    if (kind === "u") return undefined;
    if (kind === "t") return reader.sized();
    throw new InternalError(`pgoutput sent a value of the unknown kind ${kind}`);
  });
}

interface Reader {
  readonly letter: () => string;
  readonly int16: () => number;
  /** Unsigned: OIDs. */
  readonly int32: () => number;
  /** Up to a NUL. */
  readonly text: () => string;
  readonly sized: () => string;
}

function openReader(bytes: Uint8Array): Reader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): number => {
    const from = at;
    at += length;
    if (at > buffer.length) throw new InternalError("pgoutput's message is cut off");
    return from;
  };
  return {
    letter: () => String.fromCharCode(buffer.readUInt8(take(1))),
    int16: () => buffer.readUInt16BE(take(2)),
    int32: () => buffer.readUInt32BE(take(4)),
    text: () => {
      const end = buffer.indexOf(0, at);
      const from = take(end - at + 1);
      return buffer.toString("utf8", from, end);
    },
    sized: () => {
      const length = buffer.readUInt32BE(take(4));
      const from = take(length);
      return buffer.toString("utf8", from, from + length);
    },
  };
}
