/**
 * Lets go of what earlier deploys to this database took, as `keep` says, when the next backup is whole. Only what this
 * ledger has a receipt of: in the same place lie backups of other databases, and what somebody put there by hand. What
 * a deploy that failed halfway would need stays until a deploy succeeds, however often it is tried again.
 */
import { expiredOfDeploys, type Worth } from "../../../backup/retention.ts";
import { receiptFatesQuery } from "../../../ledger/receipts.ts";
import { booleanOf, textOf } from "../../../ledger/row.ts";
import type { BackupPlace } from "../../../ports/backup-store.ts";
import type { Row, Session } from "../../../ports/database.ts";
import { isAlone, listBackups } from "../backup/list.ts";
import type { RecordContext } from "../ledger/record.ts";

export async function pruneOfDeploys(
  session: Session,
  place: BackupPlace,
  { record, keep }: { readonly record: RecordContext; readonly keep: number },
): Promise<void> {
  const fates = await session.query(receiptFatesQuery, [record.scope, record.deploymentId]);
  const worths = new Map(fates.map((row) => [nameOf(textOf(row, "location")), worthOf(row)]));
  const { backups } = await listBackups(place);
  const own = backups.flatMap((backup) => {
    const worth = worths.get(backup.name);
    return worth === undefined ? [] : [{ ...backup, worth }];
  });
  for (const { name } of expiredOfDeploys(own, keep).filter(isAlone)) await place.remove(name);
}

/** A place may be mounted elsewhere; the name has the time and the deployment in it. */
function nameOf(location: string): string {
  return location.split(/[/\\]/).at(-1) ?? "";
}

function worthOf(row: Row): Worth {
  if (booleanOf(row, "current")) return "counted";
  if (booleanOf(row, "idle")) return "idle";
  return booleanOf(row, "open") ? "needed" : "counted";
}
