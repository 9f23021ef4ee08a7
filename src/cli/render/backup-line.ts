/** What is said of the backup before a change: what was taken and why, or why nothing was. */
import { formatDuration } from "../../core/duration.ts";
import type { BackupNote } from "../../deploy/report.ts";
import { counted } from "./counted.ts";

export function backupLine(backup: BackupNote | undefined): string {
  if (backup === undefined) return "";
  const { receipt, reason } = backup;
  if (receipt === undefined) return `no backup: ${reason}\n`;
  const { location, rows, storedBytes, durationMs } = receipt;
  const size = `${counted(rows, "row")}, ${(storedBytes / 1e6).toFixed(1)} MB`;
  return `backed up (${reason}): ${size} in ${formatDuration(durationMs)}: ${location}\n`;
}
