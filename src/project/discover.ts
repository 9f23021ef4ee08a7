/**
 * Finds the schema file, the migrations folder and the seeds of a project that has no config, by the names that
 * people give them. Several candidates are an error that lists them: lockstep never picks one in silence.
 */
import { LockstepError } from "../core/errors.ts";
import { looksLikeMigration } from "./recognise.ts";

export interface MigrationFolderName {
  readonly folder: string;
  /** Looked at without its subfolders, because it holds other things too. */
  readonly isShared?: true;
}

export const migrationFolderNames: readonly MigrationFolderName[] = [
  { folder: "migrations" },
  { folder: "migrations/committed" },
  { folder: "migrations/default" },
  { folder: "migrations/scripts" },
  { folder: "db/migrations" },
  { folder: "db/migrate" },
  { folder: "db/migration" },
  { folder: "database/migrations" },
  { folder: "sql/migrations" },
  { folder: "schema/migrations" },
  { folder: "supabase/migrations" },
  { folder: "prisma/migrations" },
  { folder: "drizzle/migrations" },
  { folder: "drizzle" },
  { folder: "src/migrations" },
  { folder: "src/db/migrations" },
  { folder: "server/migrations" },
  { folder: "conf/evolutions/default" },
  { folder: "hasura/migrations" },
  { folder: "hasura/migrations/default" },
  { folder: "internal/db/migrations" },
  { folder: "priv/repo/migrations" },
  { folder: "resources/migrations" },
  { folder: "src/main/resources/db/migration" },
  { folder: "db", isShared: true },
  { folder: "database", isShared: true },
  { folder: "sql", isShared: true },
  { folder: "", isShared: true },
];

export const schemaFolderNames: readonly string[] = [
  "",
  "db",
  "database",
  "sql",
  "schema",
  "supabase",
  "prisma",
  "priv/repo",
];

export const schemaFileNames: readonly string[] = [
  "schema.sql",
  "init_schema.sql",
  "init-schema.sql",
  "init-complete.sql",
  "init_complete.sql",
  "complete_schema.sql",
  "latest_schema.sql",
  "baseline.sql",
  "structure.sql",
  "init.sql",
  "LATEST.sql",
];

export const seedFileNames: readonly string[] = ["seed.sql", "seeds.sql"];
export const seedFolderNames: readonly string[] = ["seeds", "seed"];

/** Where complete schemas of earlier releases lie, in the folder or in one per release. */
export const startingPointFolderNames: readonly string[] = ["releases", "baselines", "db/releases"];

/** Where what a squash put aside lies, one folder per release; the first is the one that is made. */
export function archiveFolderNames(migrationsFolder: string | undefined): readonly string[] {
  const folder = migrationsFolder ?? "";
  const parent = folder.split("/").slice(0, -1).join("/");
  const holders = isSharedFolder(folder) ? [folder, parent] : [parent, folder];
  const names = ["archive", "archived"];
  return [...new Set(holders.flatMap((holder) => names.map((name) => join(holder, name))))];
}

/** Files by folder, both relative to the root; the files with their subfolders' names in front. */
export type Listing = ReadonlyMap<string, readonly string[]>;

export function discoverMigrations(listing: Listing): string | undefined {
  const present = migrationFolderNames.filter(({ folder }) => listing.has(folder));
  const filled = present.filter(({ folder, isShared }) =>
    (listing.get(folder) ?? []).some(
      (path) =>
        looksLikeMigration(path) &&
        (isShared !== true || (path.endsWith(".sql") && !path.includes("/"))),
    ),
  );
  if (filled.length > 1) {
    const folders = filled.map(({ folder }) => (folder === "" ? "." : folder));
    throw ambiguous({ what: "migrations folders", key: "migrations", candidates: folders });
  }
  return (filled[0] ?? present.find(({ isShared }) => isShared !== true))?.folder;
}

/** Whether a shared folder's file is worth a word when it is no migration. */
export function isSharedFolder(folder: string): boolean {
  return migrationFolderNames.some((name) => name.folder === folder && name.isShared === true);
}

/** Every complete schema by its usual name; which is baseline and which is declared, their headers say. */
export function discoverSchemas(
  listing: Listing,
  migrationsFolder: string | undefined,
): readonly string[] {
  const parent = migrationsFolder?.split("/").slice(0, -1).join("/");
  const folders = new Set([
    ...schemaFolderNames,
    ...optional(parent),
    ...optional(migrationsFolder),
  ]);
  return [...folders].flatMap((folder) => {
    const names = new Set(listing.get(folder) ?? []);
    return schemaFileNames.filter((name) => names.has(name)).map((name) => join(folder, name));
  });
}

export function discoverSeeds(listing: Listing): readonly string[] {
  const found = schemaFolderNames.flatMap((folder): (readonly string[])[] => {
    const names = listing.get(folder) ?? [];
    const files = seedFileNames
      .filter((name) => names.includes(name))
      .map((name) => join(folder, name));
    const folders = seedFolderNames.map((name) =>
      (listing.get(join(folder, name)) ?? [])
        .filter((path) => path.endsWith(".sql"))
        .map((path) => `${join(folder, name)}/${path}`)
        .sort(),
    );
    return [...files.map((file) => [file]), ...folders.filter((paths) => paths.length > 0)];
  });
  if (found.length > 1) {
    const candidates = found.flatMap(([first]) => optional(first));
    throw ambiguous({ what: "seeds", key: "seeds", candidates });
  }
  return found[0] ?? [];
}

export interface Ambiguity {
  readonly what: string;
  readonly key: string;
  readonly candidates: readonly string[];
}

export function ambiguous({ what, key, candidates }: Ambiguity): LockstepError {
  const [first = ""] = candidates;
  return new LockstepError(
    "CONFIG.AMBIGUOUS",
    `there are ${candidates.length} ${what}: ${candidates.join(", ")}`,
    {
      next: `Write into lockstep.config.json which one is meant: { "${key}": "${first}" }`,
      data: { key, candidates },
    },
  );
}

function join(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function optional(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}
