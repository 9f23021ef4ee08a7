/**
 * Every compression that a backup can have, by the name in its manifest. What this Node.js can't do is absent from the
 * table: zstd came with 22.15 and is in no type definition of older ones.
 */
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { LockstepError } from "../../core/errors.ts";
import type { Compression } from "../../ports/compression.ts";
import { brotliCompress, brotliExpand } from "./brotli.ts";

const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);

/** The fastest level: what is slower loses to brotli. */
const gzipLevel = 1;

const table: readonly Omit<Compression, "named">[] = [
  { name: "brotli", compress: brotliCompress, expand: brotliExpand },
  {
    name: "gzip",
    compress: (content) => gzip(content, { level: gzipLevel }),
    expand: (content, bytesMax) => gunzip(content, { maxOutputLength: Math.max(bytesMax, 1) }),
  },
  ...zstd(),
  {
    name: "none",
    // A copy, which slice() of a Buffer is not: what is handed in is used again as soon as it is compressed.
    compress: (content) => Promise.resolve(Uint8Array.from(content)),
    expand: (content) => Promise.resolve(content),
  },
];

const compressions: readonly Compression[] = table.map((each) => ({ ...each, named }));

function named(name: string): Compression | undefined {
  return compressions.find((each) => each.name === name);
}

/** For writing; by default brotli, which every supported Node.js can read. */
export function compressionNamed(name = "brotli"): Compression {
  const found = named(name);
  if (found !== undefined) return found;
  const message = `this Node.js (${process.versions.node}) has no ${name}`;
  throw new LockstepError("BACKUP.COMPRESSION_ABSENT", message, { state: "nothing was written" });
}

type ZstdCall = (
  content: Uint8Array,
  options: { readonly maxOutputLength?: number },
  done: (error: Error | null, result: Buffer) => void,
) => void;

function zstd(): readonly Omit<Compression, "named">[] {
  // Of a Node.js that has them, of this form by its documentation.
  const compress = Reflect.get(zlib, "zstdCompress") as ZstdCall | undefined;
  const expand = Reflect.get(zlib, "zstdDecompress") as ZstdCall | undefined;
  if (compress === undefined || expand === undefined) return [];
  return [
    {
      name: "zstd",
      compress: (content) => promisify(compress)(content, {}),
      expand: (content, bytesMax) =>
        promisify(expand)(content, { maxOutputLength: Math.max(bytesMax, 1) }),
    },
  ];
}
