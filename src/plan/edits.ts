/**
 * Applied migrations whose files have other bytes now: which of them still mean the same (healed with a note), and
 * which do not. Reads the texts; only called when there is a difference at all.
 */
import type { AppliedMigration } from "./standing.ts";
import { identityOf } from "./unit.ts";
import type { HealedMigration } from "./plan.ts";

export interface Edits {
  readonly healed: readonly HealedMigration[];
  /** Changed in meaning, and nobody allowed it. */
  readonly edited: readonly AppliedMigration[];
}

export function editsOf(
  changed: readonly AppliedMigration[],
  allowEdited: ReadonlySet<string>,
): Edits {
  const healed: HealedMigration[] = [];
  const edited: AppliedMigration[] = [];
  for (const applied of changed) {
    const identity = identityOf(applied.file);
    const meansTheSame =
      identity.meaningHash !== undefined && identity.meaningHash === applied.entry.meaningHash;
    if (meansTheSame) healed.push({ identity, reason: "bytes" });
    else if (allowEdited.has(identity.id)) healed.push({ identity, reason: "edit-allowed" });
    else edited.push(applied);
  }
  return { healed, edited };
}
