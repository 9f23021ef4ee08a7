/**
 * Brotli at its second lowest level, in libuv's threads: of what every supported Node can read by itself it is the
 * fastest by far on rows (docs/benchmarks.md has the numbers).
 */
import { promisify } from "node:util";
import { brotliCompress as compress, brotliDecompress as expand, constants } from "node:zlib";
import type { Compression } from "../../ports/compression.ts";

const compressAsync = promisify(compress);
const expandAsync = promisify(expand);

const quality = 1;

export const brotliCompress: Compression["compress"] = (content) =>
  compressAsync(content, {
    chunkSize: 1024 * 1024,
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });

export const brotliExpand: Compression["expand"] = (content, bytesMax) =>
  expandAsync(content, {
    chunkSize: Math.min(Math.max(bytesMax, 64), 1024 * 1024),
    maxOutputLength: Math.max(bytesMax, 1),
  });
