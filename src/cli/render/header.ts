/** What a migration's header comment says of it, beside its title. */
import type { MigrationHeader } from "../../project/migration.ts";

/** One cell of a table; empty where the header says nothing. */
export function headerText({ author, relatedIssue, reversible }: MigrationHeader): string {
  const parts = [author, relatedIssue, reversible === false ? "not reversible" : undefined];
  return parts.filter((part) => part !== undefined).join(", ");
}

/** A line each for those whose header names what they break. */
export function breakingText(
  entries: readonly { readonly id: string; readonly header: MigrationHeader }[],
): string {
  const breaking = entries.flatMap(({ id, header }) =>
    header.breakingChanges === undefined ? [] : [`${id} breaks: ${header.breakingChanges}\n`],
  );
  return breaking.join("");
}

/** Without the columns that have a head and nothing below it. */
export function filledColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  optional: readonly string[],
): { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const kept = head.map(
    (title, at) => !optional.includes(title) || rows.some((row) => (row[at] ?? "") !== ""),
  );
  const take = (cells: readonly string[]): readonly string[] => cells.filter((_, at) => kept[at]);
  return { head: take(head), rows: rows.map(take) };
}
