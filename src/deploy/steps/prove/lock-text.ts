/**
 * What lockstep.lock says of a catalog: its fingerprint once all texts have the form that a restore gives them, and as
 * it is where that is another. Where something cannot be made again from its text, what is there has to do.
 */
import { openFixedTexts, type Remake } from "../../../catalog/fixed_point.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import { ServerError } from "../../../ports/database.ts";
import { lockedText } from "../../../project/lock-fingerprints.ts";
import { hashOf } from "./chain.ts";

/** One of these for all catalogs of a project: what they share is made once. */
export function lockTextOf(remake: Remake): (catalog: Catalog) => Promise<string> {
  const fixed = openFixedTexts(remake);
  return async (catalog) => {
    const written = hashOf(catalog);
    try {
      return lockedText(hashOf(await fixed(catalog)), written);
    } catch (error) {
      if (error instanceof LockstepError || error instanceof ServerError) return written;
      throw error;
    }
  };
}
