/** RUN_MIGRATIONS of the environment: whether who starts may change the database, or only look. */
import { LockstepError } from "../core/errors.ts";

/** A word that is neither might be meant either way, and a deploy can't be taken back. */
export function mayRunMigrations(
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const value = environment["RUN_MIGRATIONS"] ?? "";
  const word = value.trim().toLowerCase();
  if (["", "true", "1", "yes", "on"].includes(word)) return true;
  if (["false", "0", "no", "off"].includes(word)) return false;
  throw new LockstepError(
    "CONFIG.VALUE",
    `RUN_MIGRATIONS is true or false, not ${JSON.stringify(value)}`,
    { next: "Set it to true or false, or leave it unset, which is true." },
  );
}
