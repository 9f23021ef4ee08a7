/**
 * Whether the restored structure is the one that was backed up. Every object was made from the server's own text of
 * it; where that text reads otherwise now, the server has spelled the same thing anew, and that is said, not refused.
 */
import type { TableEntry } from "../../../backup/manifest.ts";
import { rowDigest } from "../../../backup/row-digest.ts";
import { rowReader } from "../../../backup/rows.ts";
import { compareCatalogs } from "../../../catalog/compare.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { fingerprint } from "../../../catalog/fingerprint.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import type { Session } from "../../../ports/database.ts";
import { copySource } from "../backup/rows.ts";
import type { OpenBackup } from "./backup-file.ts";

/** Attributes that hold what the server deparses. */
const deparsed: ReadonlySet<string> = new Set([
  ...["actions", "arguments", "body", "check", "condition", "definition", "expression"],
  ...["expressions", "generated", "index", "keys", "predicate", "query", "using", "when"],
  "withCheck",
]);

export function compareRestored(
  wanted: Catalog,
  found: Catalog,
  wantedFingerprint: string,
): readonly Finding[] {
  // Another major's text of the same object is another text.
  if (wanted.major !== found.major) return [];
  if (fingerprint(found, "strict") === wantedFingerprint) return [];
  const { added, removed, changed } = compareCatalogs(wanted, found, "strict");
  const wrong = changed.filter(({ attributes }) =>
    attributes.some(({ attribute }) => !deparsed.has(attribute)),
  );
  const notes = [
    ...removed.map(({ id }) => `${id} is missing`),
    ...added.map(({ id }) => `${id} was not in the backup`),
    ...wrong.map(
      ({ id, attributes }) =>
        `${id} differs in ${attributes.map(({ attribute }) => attribute).join(", ")}`,
    ),
  ];
  if (notes.length > 0) {
    const message = `${notes.length} of the restored objects are not as they were`;
    throw new LockstepError("RESTORE.SCHEMA_DIFFERS", message, {
      state: "the rows are there; what the notes name differs",
      notes: notes.slice(0, 20),
      data: { differences: notes },
    });
  }
  return changed.map(({ id, attributes }) => ({
    code: "RESTORE.SPELLED_ANEW",
    severity: "info",
    message: `PostgreSQL writes its ${attributes.map(({ attribute }) => attribute).join(", ")} otherwise after a restore`,
    object: id,
  }));
}

/** Whether the table holds the backup's rows and no other: reads all of both, whose order is of no concern. */
export async function hasRows(
  session: Session,
  opened: OpenBackup,
  table: TableEntry,
): Promise<boolean> {
  const wanted = rowDigest(table.format);
  for (const chunk of table.chunks) wanted.add(await opened.read(chunk));
  const found = rowDigest(table.format);
  const { schema, name, columns, format, condition } = table;
  const isPartitioned = table.partitioned === true;
  const source = copySource({ schema, name, columns, condition, isPartitioned }, undefined);
  const reader = rowReader(format);
  for await (const piece of session.copyOut(`copy ${source} to stdout (format ${format})`)) {
    found.add(reader.take(piece).bytes);
  }
  return found.value() === wanted.value();
}
