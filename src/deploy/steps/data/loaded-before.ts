/**
 * What an import that was cut off had loaded already, table by table with the hash of its mapping. Whoever goes on may
 * have mended the map of the table that failed; one that was loaded as the old map said must not pass for loaded as the
 * new one says.
 */
import { LockstepError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/hash.ts";
import type { Mapped } from "../../../data/mapping.ts";
import { tableLabel } from "../../../data/tables.ts";
import { textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import type { ExportMapping } from "./load-context.ts";
import { importSchema } from "./names.ts";
import type { ExportedTable } from "./open-export.ts";

/** In the journal: this table, by this mapping. */
export function loadedItem(mapping: ExportMapping): string {
  const columns = mapping.columns.map(({ target, source, values, expression }) =>
    JSON.stringify([target.name, source?.name ?? "", values ?? {}, expression ?? ""]),
  );
  const what = [tableLabel(mapping.source), ...columns.toSorted()];
  return `${prefix}${sha256(JSON.stringify(what))} ${tableLabel(mapping.target)}`;
}

const prefix = "rows ";

/** Tables that were loaded by another map than this one. */
export async function loadedOtherwise(
  session: Session,
  { tables }: Mapped<ExportedTable>,
): Promise<readonly string[]> {
  const rows = await session.query(
    `select item from ${importSchema}.done where pg_catalog.starts_with(item, $1)`,
    [prefix],
  );
  const items = rows.map((row) => textOf(row, "item"));
  const meant = new Set(tables.map(loadedItem));
  return items.filter((item) => !meant.has(item)).map((item) => item.split(" ").slice(2).join(" "));
}

export function otherMap(tables: readonly string[]): LockstepError {
  const message = `loaded already, and by another map: ${tables.slice(0, 5).join(", ")}`;
  return new LockstepError("DATA.OTHER_MAP", message, { data: { tables: [...tables] } });
}
