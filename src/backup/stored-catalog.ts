/** A catalog as a file of the backup. Facts are plain values, in the order of their ids. */
import type { Catalog, Fact } from "../catalog/fact.ts";
import { LockstepError } from "../core/errors.ts";

interface StoredCatalog {
  readonly major: number;
  readonly facts: readonly Fact[];
}

export function serializeCatalog({ major, facts }: Catalog): string {
  const sorted = [...facts.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  const stored: StoredCatalog = { major, facts: sorted };
  return JSON.stringify(stored);
}

/** Its bytes were verified by hash, so what is in it was written by lockstep in this format. */
export function parseCatalog(text: string): Catalog {
  try {
    const { major, facts } = JSON.parse(text) as StoredCatalog;
    return { major, facts: new Map(facts.map((fact) => [fact.id, fact])), findings: [] };
  } catch (cause) {
    throw new LockstepError("BACKUP.DAMAGED", "the backup's catalog is no JSON", { cause });
  }
}
