/**
 * A backup that is opened: its manifest, and its files as they were before they were compressed and encrypted. Every
 * file is compared with its size and hash before a byte of it is used.
 */
import { cipherFor, type BackupKey, type Cipher } from "../../../backup/cipher.ts";
import { openManifest, readEnvelope } from "../../../backup/envelope.ts";
import {
  filesOf,
  isBackupFile,
  manifestName,
  type ChunkEntry,
  type Manifest,
  type StoredEntry,
} from "../../../backup/manifest.ts";
import { parseCatalog } from "../../../backup/stored-catalog.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/hash.ts";
import type { BackupReader, BackupStore } from "../../../ports/backup-store.ts";
import type { Compression } from "../../../ports/compression.ts";
import { boundTo } from "../backup/writer.ts";

export interface OpenBackup {
  readonly label: string;
  readonly manifest: Manifest;
  readonly isEncrypted: boolean;
  /** The bytes on the disk, compared with the manifest. */
  check(entry: StoredEntry): Promise<void>;
  /** As it was before it was compressed and encrypted. */
  read(entry: StoredEntry): Promise<Uint8Array>;
  catalog(): Promise<Catalog>;
}

export interface OpenRequest {
  readonly store: BackupStore;
  readonly compression: Compression;
  readonly key: BackupKey;
}

export async function openBackup(request: OpenRequest): Promise<OpenBackup> {
  const { store, key } = request;
  const reader = await store.open();
  await refuseOther(reader, store.label);
  const envelope = readEnvelope(await reader.read(manifestName));
  const cipher = await cipherFor(envelope.header.encryption, key);
  const manifest = openManifest(envelope, cipher);
  const compression = request.compression.named(manifest.compression);
  if (compression === undefined) {
    const message = `the backup is compressed with ${manifest.compression}, which is not to be had here`;
    throw new LockstepError("BACKUP.COMPRESSION_ABSENT", message, { state: "nothing was changed" });
  }
  await refuseIncomplete(reader, manifest);
  // Nobody reads it here, and a backup with a damaged file is a damaged backup.
  await readStored(reader, manifest.schemaSql);
  const read = (entry: StoredEntry): Promise<Uint8Array> =>
    readEntry(entry, { reader, cipher, compression, manifest });
  return {
    label: store.label,
    manifest,
    isEncrypted: envelope.header.encryption !== null,
    check: async (entry) => {
      await readStored(reader, entry);
    },
    read,
    catalog: async () => parseCatalog(new TextDecoder().decode(await read(manifest.catalog))),
  };
}

/** What never was a backup is not called a damaged one. */
async function refuseOther(reader: BackupReader, label: string): Promise<void> {
  const names = (await reader.list()).map(({ name }) => name);
  if (names.some(isBackupFile)) return;
  const isPgDumps = names.includes("toc.dat");
  const why = isPgDumps ? "pg_dump wrote it" : `it holds none of the files of one`;
  throw new LockstepError("BACKUP.ABSENT", `${label} is no backup of lockstep's: ${why}`, {
    ...(isPgDumps ? { next: `lockstep restore ${label} --to URL   (hands it to pg_restore)` } : {}),
  });
}

/** Cheap, and so done before anything else is: all files are there, each as long as it should be. */
async function refuseIncomplete(reader: BackupReader, manifest: Manifest): Promise<void> {
  const sizes = new Map((await reader.list()).map(({ name, bytes }) => [name, bytes]));
  for (const { name, bytes } of filesOf(manifest)) {
    const found = sizes.get(name);
    if (found === undefined) throw damaged(name, "is missing");
    if (found !== bytes) throw damaged(name, `has ${found} bytes instead of ${bytes}`);
  }
}

async function readStored(reader: BackupReader, entry: StoredEntry): Promise<Uint8Array> {
  const stored = await reader.read(entry.name);
  if (stored.length !== entry.bytes || sha256(stored) !== entry.sha256) {
    throw damaged(entry.name, "does not have the hash that the manifest says");
  }
  return stored;
}

export interface ReadAhead {
  /** Of the first chunk, which is being read already. */
  readonly first: Promise<Uint8Array>;
  /** Called when only the last one is left to be used: what comes behind it may be read. */
  readonly onLast: () => void;
}

/** What the chunks hold, one after the other; each is read while the one before it is used. */
export async function* contentsOf(
  backup: OpenBackup,
  [head, ...more]: readonly [ChunkEntry, ...ChunkEntry[]],
  ahead?: ReadAhead,
): AsyncGenerator<Uint8Array> {
  let next = ahead?.first ?? backup.read(head);
  for (const chunk of more) {
    const content = await next;
    next = backup.read(chunk);
    // It is awaited when its turn comes; until then a failure must not count as unhandled.
    next.catch(() => undefined);
    yield content;
  }
  const last = await next;
  ahead?.onLast();
  yield last;
}

interface Surroundings {
  readonly reader: BackupReader;
  readonly cipher: Cipher;
  readonly compression: Compression;
  readonly manifest: Manifest;
}

async function readEntry(
  entry: StoredEntry,
  { reader, cipher, compression, manifest }: Surroundings,
): Promise<Uint8Array> {
  const stored = await readStored(reader, entry);
  const compressed = cipher.open(stored, boundTo(manifest.id, entry.name));
  if (compressed === undefined) throw damaged(entry.name, "can't be decrypted");
  try {
    const raw = await compression.expand(compressed, entry.rawBytes);
    if (raw.length === entry.rawBytes) return raw;
  } catch (cause) {
    throw damaged(entry.name, "can't be decompressed", cause);
  }
  throw damaged(entry.name, `does not hold ${entry.rawBytes} bytes`);
}

function damaged(name: string, why: string, cause?: unknown): LockstepError {
  const details = cause === undefined ? {} : { cause };
  return new LockstepError("BACKUP.DAMAGED", `${name} of the backup ${why}`, details);
}
