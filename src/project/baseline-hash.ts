/** One hash for a baseline of one file or several. */
import { sha256 } from "../core/hash.ts";
import type { Baseline } from "./schema.ts";

export function baselineBytesHash(baseline: Baseline): string {
  const [only, ...others] = baseline.files.map((file) => file.bytesHash);
  return only !== undefined && others.length === 0 ? only : sha256([only, ...others].join("\n"));
}
