/**
 * The files that the project's SQL reads by psql's `\i` and `\copy`, handed out only as they were hashed when the
 * project was read: what runs is what was compared, planned and is recorded, whoever saves a file meanwhile.
 */
import { LockstepError } from "../../core/errors.ts";
import { sha256 } from "../../core/hash.ts";
import type { Files } from "../../ports/files.ts";
import type { IncludedFile } from "../../project/includes.ts";
import type { Project } from "../../project/project.ts";

export interface HashedFiles {
  /** The first of these files that is there. Throws PROJECT.CHANGED_MEANWHILE when it is not the one that was hashed. */
  read(
    candidates: readonly string[],
  ): Promise<{ readonly file: string; readonly bytes: Uint8Array } | undefined>;
  /** Of the first of these that some file of the project is known to read. */
  hashOf(candidates: readonly string[]): string | undefined;
}

export function hashedFiles(files: Files, project: Project): HashedFiles {
  let hashes: ReadonlyMap<string, string> | undefined;
  const known = (): ReadonlyMap<string, string> => (hashes ??= includedHashes(project));
  return {
    read: async (candidates) => {
      for (const file of candidates) {
        const bytes = await files.readIfPresent(file);
        if (bytes === undefined) continue;
        const hash = known().get(file);
        if (hash !== undefined && sha256(bytes) !== hash) throw changedMeanwhile(file);
        return { file, bytes };
      }
      return undefined;
    },
    hashOf: (candidates) => {
      const file = candidates.find((path) => known().has(path));
      return file === undefined ? undefined : known().get(file);
    },
  };
}

function includedHashes({ baseline, migrations, seeds }: Project): ReadonlyMap<string, string> {
  const readers: readonly { readonly included: readonly IncludedFile[] }[] = [
    ...(baseline?.files ?? []),
    ...migrations.flatMap((file) => (file.kind === "sql" ? [file] : [])),
    ...seeds,
  ];
  return new Map(
    readers.flatMap(({ included }) => included.map(({ path, bytesHash }) => [path, bytesHash])),
  );
}

export function changedMeanwhile(file: string): LockstepError {
  return new LockstepError(
    "PROJECT.CHANGED_MEANWHILE",
    `${file} was changed while lockstep was at work, after it had been read and hashed`,
    { where: { file } },
  );
}
