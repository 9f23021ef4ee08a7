/** One hash for a complete schema of one file or several. */
import { sha256 } from "../core/hash.ts";
import type { Baseline, SchemaFile } from "./schema.ts";

export function baselineBytesHash(baseline: Baseline): string {
  return filesBytesHash(baseline.files);
}

export function filesBytesHash(files: readonly SchemaFile[]): string {
  const [only, ...others] = files.map((file) => file.bytesHash);
  return only !== undefined && others.length === 0 ? only : sha256([only, ...others].join("\n"));
}
