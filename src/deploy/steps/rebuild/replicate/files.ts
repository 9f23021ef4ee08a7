/**
 * The files that rows lie in. TRUNCATE and what writes a table anew give it another one, and a snapshot of before shows
 * nothing in it. Changes tell of a table that is truncated, but not of a partition that is emptied, detached or written
 * anew: so they are looked at before and after.
 */
import { LockstepError } from "../../../../core/errors.ts";
import { booleanOf, numberOf, textOf } from "../../../../ledger/row.ts";
import type { Session } from "../../../../ports/database.ts";

export interface TableFile {
  readonly name: string;
  readonly file: number;
  readonly isPartition: boolean;
}

export async function readFiles(session: Session): Promise<readonly TableFile[]> {
  const rows = await session.query(
    `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, c.relfilenode::int8 as file,
      c.relispartition as partition
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_' order by 1`,
  );
  return rows.map((row) => ({
    name: textOf(row, "name"),
    file: numberOf(row, "file"),
    isPartition: booleanOf(row, "partition"),
  }));
}

/** Those that are not there any more, or with another file. */
export function changedFiles(
  before: readonly TableFile[],
  now: readonly TableFile[],
): readonly TableFile[] {
  const files = new Map(now.map(({ name, file }) => [name, file]));
  return before.filter(({ name, file }) => files.get(name) !== file);
}

export function refuseOtherPartitions(
  before: readonly TableFile[],
  now: readonly TableFile[],
): void {
  const changed = changedFiles(before, now).filter(({ isPartition }) => isPartition);
  if (changed.length === 0) return;
  const names = changed.map(({ name }) => name).join(", ");
  const message = `partitions were emptied, detached or written anew meanwhile: ${names}`;
  throw new LockstepError("REBUILD.FENCE_LOST", message);
}
