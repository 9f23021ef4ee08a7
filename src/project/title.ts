/** A migration's title for people: what its header says of it, unless that only says its name once more. */
import type { MigrationFile } from "./migration.ts";

export function titleOf({ id, name, header }: MigrationFile): string | undefined {
  const { title, description } = header;
  const isName = title === id || title === name;
  return (isName ? undefined : title) ?? description;
}
