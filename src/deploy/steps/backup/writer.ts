/**
 * From raw bytes to a file of the backup: compressed, encrypted, hashed, written. Several are on their way at the
 * same time, and no more than that, so that memory does not grow with the database; and what they are gathered in is
 * used again, since buffers that are left to the collector pile up faster than it collects.
 */
import type { Cipher } from "../../../backup/cipher.ts";
import type { StoredEntry } from "../../../backup/manifest.ts";
import { sha256 } from "../../../core/hash.ts";
import type { BackupWriter } from "../../../ports/backup-store.ts";
import type { Compression } from "../../../ports/compression.ts";

export interface EntryWriter {
  /** Room for a chunk. It is taken back, and handed out again, when what is in it has been put and is compressed. */
  readonly buffer: () => Buffer;
  /** Waits until there is room; resolves to the promise of the file's entry. */
  readonly put: (raw: Uint8Array, name?: string) => Promise<PendingEntry>;
  /** All that was put is written; the first failure is thrown. */
  readonly drain: () => Promise<void>;
  readonly rawBytes: () => number;
}

export interface PendingEntry {
  readonly entry: Promise<StoredEntry>;
}

/** Of raw rows. Large enough to compress well and to keep the number of files low, small enough to hold several. */
export const chunkBytes: number = 4 * 1024 * 1024;

/** What the network brings at once goes over the chunk's end. No other memory has this size. */
export const bufferBytes: number = chunkBytes + 256 * 1024;

export interface EntryWriterParts {
  readonly writer: BackupWriter;
  readonly compression: Compression;
  readonly cipher: Cipher;
  /** What encrypted files are bound to. */
  readonly backupId: string;
  readonly concurrency: number;
}

export function entryWriter(parts: EntryWriterParts): EntryWriter {
  const running = new Set<Promise<unknown>>();
  const spare: Buffer[] = [];
  let failure: { readonly error: unknown } | undefined;
  let number = 0;
  let rawBytes = 0;
  const refuse = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  return {
    buffer: () => spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes),
    put: async (raw, name) => {
      while (running.size >= parts.concurrency) await Promise.race(running);
      refuse();
      number += 1;
      rawBytes += raw.length;
      const file = { name: name ?? `${String(number).padStart(8, "0")}.rows`, raw };
      const entry = store(parts, file, () => {
        if (raw.buffer.byteLength === bufferBytes) spare.push(Buffer.from(raw.buffer));
      });
      const ended: Promise<unknown> = entry
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(ended));
      running.add(ended);
      return { entry };
    },
    drain: async () => {
      await Promise.all(running);
      refuse();
    },
    rawBytes: () => rawBytes,
  };
}

async function store(
  { writer, compression, cipher, backupId }: EntryWriterParts,
  { name, raw }: { readonly name: string; readonly raw: Uint8Array },
  onCompressed: () => void,
): Promise<StoredEntry> {
  const compressed = await compression.compress(raw);
  onCompressed();
  const sealed = cipher.seal(compressed, boundTo(backupId, name));
  await writer.write(name, sealed);
  return { name, rawBytes: raw.length, bytes: sealed.length, sha256: sha256(sealed) };
}

/** A file in the place of another does not open. */
export function boundTo(backupId: string, name: string): string {
  return `${backupId}/${name}`;
}
