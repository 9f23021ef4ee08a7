/**
 * What a migration reads besides itself, since it is to be moved. A path from the project's folder is right anywhere;
 * one that begins at the file is refused: elsewhere it would lead elsewhere, and the hash would be another.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { MigrationFile } from "../../../project/migration.ts";
import type { Files } from "../../../ports/files.ts";
import { splitScript } from "../../../sql/split.ts";

export async function refuseUnportable(
  files: Files,
  moving: readonly MigrationFile[],
): Promise<void> {
  for (const file of moving) {
    if (file.kind === "sql") {
      await refuseIncludes(files, file.up);
      if (file.down !== undefined) await refuseIncludes(files, file.down);
    }
    if (file.kind === "data") await refuseImports(files, file);
  }
}

async function refuseIncludes(
  files: Files,
  { path: from, text }: { readonly path: string; readonly text: string },
): Promise<void> {
  if (!text.includes("\\")) return;
  for (const piece of splitScript(text)) {
    if (piece.kind !== "meta") continue;
    const base = includeBases.get(piece.name);
    // A path that is made of variables is only known when the file runs.
    const path = piece.arguments.replaceAll("'", "");
    if (base === undefined || path === "" || path.includes(":")) continue;
    if (base === "file" || !(await files.exists(path))) throw unportable(from, path, piece.line);
  }
}

const includeBases: ReadonlyMap<string, "file" | "project"> = new Map([
  ["i", "project"],
  ["include", "project"],
  ["ir", "file"],
  ["include_relative", "file"],
]);

const relativeImport = /\b(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/;

async function refuseImports(files: Files, file: MigrationFile): Promise<void> {
  const text = new TextDecoder().decode(await files.read(file.path));
  const path = relativeImport.exec(text)?.[1];
  if (path !== undefined) throw unportable(file.path, path, undefined);
}

function unportable(file: string, path: string, line: number | undefined): LockstepError {
  return new LockstepError(
    "SQUASH.UNPORTABLE",
    `${file} reads ${path}, which the archive would not find`,
    {
      where: { file, ...(line === undefined ? {} : { line }) },
      state: "nothing was written",
    },
  );
}
