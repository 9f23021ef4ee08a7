/** A backup of some tables' rows alone is nothing to make a database of. */
import { LockstepError } from "../../../core/errors.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import type { OpenBackup } from "./backup-file.ts";

export function refusePartial({ manifest, label }: OpenBackup): void {
  if (manifest.partial !== true) return;
  const tables = manifest.tables.map(({ schema, name }) => quoteQualifiedName(schema, name));
  throw new LockstepError(
    "RESTORE.PARTIAL",
    `${label} holds the rows of ${tables.join(", ")} alone`,
    {
      state: "nothing was changed",
      next: `lockstep restore ${label} --tables ${tables.join(",")}`,
    },
  );
}
