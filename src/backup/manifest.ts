/**
 * What a backup says about itself, and its file. The format is described byte by byte in FORMATS.md;
 * every shape here is a contract with backups that were written long ago.
 */
import { LockstepError } from "../core/errors.ts";

/** What this lockstep reads; 2 is written only where a row goes over the end of a chunk. */
export const formatVersion = 2;
export const manifestName = "manifest";
export const catalogName = "catalog.json";
export const schemaName = "schema.sql";

export interface Manifest {
  /** 32 hexadecimal digits, random. */
  readonly id: string;
  /** The server's time of the snapshot, RFC 3339 in UTC. */
  readonly takenAt: string;
  readonly toolVersion: string;
  readonly server: ServerDescription;
  readonly snapshot: {
    readonly lsn: string;
    /** The first transaction that is not in it, 64 bits as text, and of which database of which cluster. */
    readonly xmax?: string;
    readonly origin?: string;
  };
  /** As `lockstep fingerprint` gives it. */
  readonly fingerprint: string;
  /** At level strict, with every owner named: what a restored database must have. */
  readonly restoredFingerprint: string;
  readonly compression: string;
  /** Roles that own something or are granted something. */
  readonly roles: readonly string[];
  /** The version of lockstep's ledger, when the database has one. */
  readonly ledgerVersion: number | null;
  /** The facts as JSON: what a restore is planned from. */
  readonly catalog: StoredEntry;
  /** The rows of some tables alone: nothing to make a database of. */
  readonly partial?: true;
  /** The same as SQL, for people. */
  readonly schemaSql: StoredEntry;
  readonly tables: readonly TableEntry[];
  readonly sequences: readonly SequenceEntry[];
  readonly largeObjects: LargeObjectsEntry;
}

export interface ServerDescription {
  readonly versionNumber: number;
  readonly major: number;
  readonly database: string;
  readonly encoding: string;
  /** Of the database; what it owns has no owner in a fingerprint. Absent in older backups. */
  readonly owner?: string;
}

/** A file of the backup: what it holds, before it was compressed and encrypted, and what lies on the disk. */
export interface StoredEntry {
  readonly name: string;
  readonly rawBytes: number;
  readonly bytes: number;
  /** Of the bytes on the disk. */
  readonly sha256: string;
}

export interface ChunkEntry extends StoredEntry {
  /** Those that end in it. */
  readonly rows: number;
  /** Its last row goes on in the next chunk: the two are loaded together. */
  readonly continued?: true;
}

export type CopyFormat = "binary" | "text";

export interface TableEntry {
  readonly schema: string;
  readonly name: string;
  /** Empty: COPY's own list, which is that of a table without columns. */
  readonly columns: readonly string[];
  readonly format: CopyFormat;
  readonly rows: number;
  readonly rawBytes: number;
  /** A part of an extension's configuration, or of lockstep's ledger, whose tables are there before. */
  readonly origin: "user" | "extension" | "ledger";
  /** Of an extension's table: which rows are not the extension's own. */
  readonly condition?: string;
  /** The rows of a partitioned table, which find their partitions by themselves. */
  readonly partitioned?: true;
  readonly chunks: readonly ChunkEntry[];
}

export interface SequenceEntry {
  readonly schema: string;
  readonly name: string;
  /** bigint as text. */
  readonly last: string;
  readonly called: boolean;
}

export interface LargeObjectsEntry {
  readonly objects: readonly LargeObject[];
  /** How far apart pages begin. */
  readonly pageBytes: number;
  /** Rows of oid, page number and bytes, in binary. */
  readonly chunks: readonly ChunkEntry[];
}

export interface LargeObject {
  readonly oid: number;
  readonly owner: string;
  /** Undefined where nobody ever granted anything. */
  readonly grants?: readonly LargeObjectGrant[];
  readonly comment?: string;
}

export interface LargeObjectGrant {
  /** Undefined: PUBLIC. */
  readonly grantee?: string;
  readonly privilege: "SELECT" | "UPDATE";
  readonly grantable: boolean;
}

const fileNames: readonly string[] = [manifestName, catalogName, schemaName];

/** What files of backups are called. Anything else in a backup's folder is somebody's own. */
export function isBackupFile(name: string): boolean {
  return fileNames.includes(name) || /^[0-9]{8,}\.rows$/.test(name);
}

/** Every file that belongs to the backup, beside the manifest. */
export function filesOf(manifest: Manifest): readonly StoredEntry[] {
  const { catalog, schemaSql, tables, largeObjects } = manifest;
  const chunks = tables.flatMap((table) => table.chunks);
  return [catalog, schemaSql, ...chunks, ...largeObjects.chunks];
}

/** The oldest format that has what this backup has, so that older releases read all that they can. */
export function formatOf({ tables, largeObjects }: Manifest): number {
  const chunks = [...tables.flatMap((table) => table.chunks), ...largeObjects.chunks];
  return chunks.some(({ continued }) => continued === true) ? 2 : 1;
}

export function manifestText(manifest: Manifest): string {
  return JSON.stringify(manifest);
}

/** Its bytes were verified by hash, so what is in it was written by lockstep in this format. */
export function parseManifest(text: string): Manifest {
  try {
    return JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new LockstepError("BACKUP.DAMAGED", "the manifest's body is no JSON", { cause });
  }
}
