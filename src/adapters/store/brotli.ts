/**
 * Brotli at its second lowest level, in libuv's threads: of what every supported Node can read by itself it is the
 * fastest by far on rows (docs/benchmarks.md has the numbers).
 */
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import type { Compression } from "../../ports/compression.ts";

const compressAsync = promisify(brotliCompress);
const expandAsync = promisify(brotliDecompress);

const quality = 1;

export const brotli: Compression = {
  name: "brotli",
  compress: (content) =>
    compressAsync(content, {
      chunkSize: 1024 * 1024,
      params: {
        [constants.BROTLI_PARAM_QUALITY]: quality,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
  expand: (content, bytesMax) =>
    expandAsync(content, {
      chunkSize: Math.min(Math.max(bytesMax, 64), 1024 * 1024),
      maxOutputLength: Math.max(bytesMax, 1),
    }),
};
