/**
 * Whether a database that is not empty is what a restore of this very backup makes: one that was killed between its last
 * step and its last word leaves such a one. Only reads; says yes when nothing differs, and else nothing.
 */
import type { Manifest } from "../../../backup/manifest.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import type { Session } from "../../../ports/database.ts";
import type { BackupPorts } from "../backup/ports.ts";
import { readSequences } from "../backup/sequences.ts";
import type { OpenBackup } from "./backup-file.ts";
import { compareRestored, hasRows } from "./compare.ts";
import { compareCounts } from "./rows.ts";
import { restoreFilter } from "./target.ts";

/** What there is to say of the structure; undefined when the database is another one. What costs least is looked at first. */
export async function lookForRestored(
  ports: BackupPorts,
  opened: OpenBackup,
  session: Session,
): Promise<readonly Finding[] | undefined> {
  const { manifest } = opened;
  try {
    const found = await ports.readCatalog(session, restoreFilter);
    const wanted = await opened.catalog();
    if (wanted.major !== found.major) return undefined;
    const findings = compareRestored(wanted, found, manifest.restoredFingerprint);
    if (!(await hasValues(session, manifest))) return undefined;
    await compareCounts({ sessions: [session], tables: manifest.tables });
    for (const table of manifest.tables) {
      if (!(await hasRows(session, opened, table))) return undefined;
    }
    return findings;
  } catch (error) {
    const isOther =
      error instanceof LockstepError &&
      (error.code === "RESTORE.SCHEMA_DIFFERS" || error.code === "RESTORE.COUNTS");
    if (isOther) return undefined;
    throw error;
  }
}

/** Sequences, and how many large objects there are. */
async function hasValues(session: Session, manifest: Manifest): Promise<boolean> {
  const nameOf = (entry: Manifest["sequences"][number]): string =>
    JSON.stringify([entry.schema, entry.name, entry.last, entry.called]);
  const wanted = new Set(manifest.sequences.map(nameOf));
  const found = await readSequences(session, { isWhole: true });
  if (found.length !== wanted.size || !found.every((each) => wanted.has(nameOf(each))))
    return false;
  const [row = {}] = await session.query(
    "select pg_catalog.count(*)::int4 as objects from pg_catalog.pg_largeobject_metadata",
  );
  return row["objects"] === manifest.largeObjects.objects.length;
}
