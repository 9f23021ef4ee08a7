/**
 * Reads a project's folder and hands the values to project/assemble.ts. Which names count and what they mean is
 * decided in src/project; this only lists folders and reads bytes, and only those that are asked for.
 */
import type { FileContent, Files } from "../../ports/files.ts";
import { assembleProject, type ArchiveParts } from "../../project/assemble.ts";
import type { Config } from "../../project/config.ts";
import { decodeText } from "../../project/decode.ts";
import {
  archiveFolderNames,
  discoverMigrations,
  discoverSchemas,
  discoverSeeds,
  isSharedFolder,
  migrationFolderNames,
  schemaFileNames,
  schemaFolderNames,
  seedFolderNames,
  startingPointFolderNames,
  type Listing,
} from "../../project/discover.ts";
import { lockFileName, parseLockFile, salvageLockFile, type LockFile } from "../../project/lock.ts";
import { mayMentionFiles } from "../../sql/psql/mentions.ts";
import { findIncludes, type KnownContents } from "../../project/includes.ts";
import type { Project } from "../../project/project.ts";
import { looksLikeMigration, recognise, type Recognition } from "../../project/recognise.ts";

export interface ReadProjectOptions {
  readonly files: Files;
  readonly config: Config;
  /** For `lockstep rebase`: versions that two share, and a lock file in conflict, are what it mends. */
  readonly isTolerant?: boolean;
  /** With the migrations that squashes put aside. */
  readonly withArchive?: boolean;
}

export async function readProject(options: ReadProjectOptions): Promise<Project> {
  const { config, isTolerant = false } = options;
  const files = rememberLists(options.files);
  const listing = await listCandidates(files, config);
  const migrationsFolder = config.migrations ?? discoverMigrations(listing);
  const discoveredSchemas =
    config.baseline !== undefined ? [] : discoverSchemas(listing, migrationsFolder);
  const declaredPaths = config.declared?.kind === "paths" ? config.declared.paths : [];
  const baselineFiles = await openFolders(files, config.baseline?.paths ?? []);
  const declaredFiles = await openFolders(files, declaredPaths);
  const seeds =
    config.seeds.length > 0 ? await openFolders(files, config.seeds) : discoverSeeds(listing);
  const known = new Set([...discoveredSchemas, ...baselineFiles, ...declaredFiles, ...seeds]);
  const isFound = config.migrations === undefined;
  const recognition = await recogniseFolder({
    files,
    listing,
    migrationsFolder,
    known,
    isFound,
    isTolerant,
  });
  const startingPoints = config.startingPoints ?? (await findStartingPoints(files, listing, known));
  const lock = await readLock(files, isTolerant);
  const baseline = [...discoveredSchemas, ...baselineFiles].map((path) => baseName(path));
  const archives =
    options.withArchive === true || (lock === undefined && !isTolerant)
      ? await readArchives(files, migrationsFolder, new Set([...schemaFileNames, ...baseline]))
      : [];
  const recognised = [recognition, ...archives.map((archive) => archive.recognition)];
  const wanted = [
    ...known,
    ...startingPoints,
    ...archives.flatMap(({ schemas }) => schemas),
    ...recognised.flatMap(({ migrations }) => filesOf(migrations)),
  ];
  const contents = await readIncluded(files, await files.readContents(new Set(wanted)), config);
  const { root } = files;
  const found = { discoveredSchemas, baselineFiles, declaredFiles, seeds, startingPoints };
  return assembleProject({
    ...{ root, config, migrationsFolder, recognition, archives },
    ...{ ...found, lock, contents },
  });
}

function filesOf(migrations: Recognition["migrations"]): readonly string[] {
  const paths: string[] = [];
  for (const { up, down, settings } of migrations) {
    paths.push(up);
    if (down !== undefined) paths.push(down);
    if (settings !== undefined) paths.push(settings);
  }
  return paths;
}

/** The releases of every archive, the oldest first. */
async function readArchives(
  files: Files,
  migrationsFolder: string | undefined,
  schemaNames: ReadonlySet<string>,
): Promise<readonly ArchiveParts[]> {
  const archives: ArchiveParts[] = [];
  for (const archive of archiveFolderNames(migrationsFolder)) {
    if (!(await files.exists(archive))) continue;
    const releases = (await files.list(archive)).filter(({ kind }) => kind === "folder");
    for (const { name: release } of releases) {
      archives.push(await readArchive(files, { archive, release, schemaNames }));
    }
  }
  return archives.sort((left, right) => compareReleases(left.release, right.release));
}

interface ArchiveToRead {
  readonly archive: string;
  readonly release: string;
  readonly schemaNames: ReadonlySet<string>;
}

async function readArchive(files: Files, given: ArchiveToRead): Promise<ArchiveParts> {
  const { archive, release, schemaNames } = given;
  const folder = `${archive}/${release}`;
  const paths = await listDeep(files, folder, folderDepth);
  const schemas = paths.filter((path) => schemaNames.has(path));
  const known = new Set(schemas);
  const manifests = await readManifests(files, `${folder}/`, paths);
  // What is strange there was so before, and was said.
  const recognition = recognise(paths, { folder, known, manifests, acceptSharedVersions: true });
  return { release, recognition, schemas: schemas.map((path) => `${folder}/${path}`) };
}

/** v1.10 comes after v1.9. */
function compareReleases(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The same few folders are asked for under many names. */
function rememberLists(files: Files): Files {
  const known = new Map<string, ReturnType<Files["list"]>>();
  const list: Files["list"] = (folder) => {
    const listed = known.get(folder) ?? files.list(folder);
    known.set(folder, listed);
    return listed;
  };
  return { ...files, list };
}

/** Folders that could hold something, each with the paths in it. */
async function listCandidates(files: Files, config: Config): Promise<Listing> {
  const shared = ["", ...schemaFolderNames];
  const own = migrationFolderNames.filter(({ isShared }) => isShared !== true);
  const seedFolders = schemaFolderNames.flatMap((folder) =>
    seedFolderNames.map((name) => (folder === "" ? name : `${folder}/${name}`)),
  );
  const listing = new Map<string, readonly string[]>();
  for (const folder of new Set([...shared, ...seedFolders])) {
    if (await isFolder(files, folder, listing)) listing.set(folder, await listFlat(files, folder));
  }
  const chosen =
    config.migrations === undefined ? own.map(({ folder }) => folder) : [config.migrations];
  for (const folder of chosen) {
    const mustExist = config.migrations !== undefined;
    if (!mustExist && !(await isFolder(files, folder, listing))) continue;
    listing.set(folder, await listDeep(files, folder, folderDepth));
  }
  return listing;
}

/** Every SQL file there; which of them is a complete schema, its header says. */
async function findStartingPoints(
  files: Files,
  listing: Listing,
  known: ReadonlySet<string>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of startingPointFolderNames) {
    if (!(await isFolder(files, folder, listing))) continue;
    const paths = await listDeep(files, folder, 1);
    found.push(...paths.filter((path) => path.endsWith(".sql")).map((path) => `${folder}/${path}`));
  }
  return found.filter((path) => !known.has(path)).sort();
}

/** `<version>/<file>`, and one more for what lies deeper to be named as strange. */
const folderDepth = 2;

async function isFolder(files: Files, folder: string, listing: Listing): Promise<boolean> {
  if (folder === "" || listing.has(folder)) return true;
  const [first = ""] = folder.split("/");
  if (
    first !== folder &&
    !(await isFolder(files, folder.slice(0, folder.lastIndexOf("/")), listing))
  ) {
    return false;
  }
  const parent = folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
  const name = folder.slice(parent === "" ? 0 : parent.length + 1);
  const found = (await files.list(parent)).find((entry) => entry.name === name);
  // A link to a folder counts as one, and one that leads out of the project is refused when it is read: to pass over
  // it would be to deploy without the migrations.
  return found !== undefined && found.kind !== "file";
}

async function listFlat(files: Files, folder: string): Promise<readonly string[]> {
  const entries = await files.list(folder);
  return entries.filter(({ kind }) => kind !== "folder").map(({ name }) => name);
}

async function listDeep(files: Files, folder: string, depth: number): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { name, kind } of await files.list(folder)) {
    if (kind !== "folder") paths.push(name);
    else if (depth > 0 && !name.startsWith(".") && name !== "node_modules") {
      const below = await listDeep(files, folder === "" ? name : `${folder}/${name}`, depth - 1);
      for (const path of below) paths.push(`${name}/${path}`);
    }
  }
  return paths;
}

async function openFolders(files: Files, paths: readonly string[]): Promise<readonly string[]> {
  const opened = paths.map(async (path): Promise<readonly string[]> => {
    if (path.endsWith(".sql")) return [path];
    const below = await listDeep(files, path, folderDepth * 2);
    const found = below.filter((file) => file.endsWith(".sql"));
    return found.map((file) => (path === "" ? file : `${path}/${file}`)).sort();
  });
  return (await Promise.all(opened)).flat();
}

interface FolderToRecognise {
  readonly files: Files;
  readonly listing: Listing;
  readonly migrationsFolder: string | undefined;
  /** Relative to the root. */
  readonly known: ReadonlySet<string>;
  /** By its name; the config did not say it. */
  readonly isFound: boolean;
  readonly isTolerant: boolean;
}

/** The root and its like hold a whole repository: there, only what looks like a migration deserves a word. */
function ownPaths(
  paths: readonly string[],
  { migrationsFolder, isFound }: FolderToRecognise,
): readonly string[] {
  if (isFound && isSharedFolder(migrationsFolder ?? "")) {
    return paths.filter((path) => path.endsWith(".sql") && !path.includes("/"));
  }
  if (migrationsFolder !== "") return paths;
  return paths.filter((path) => path.endsWith(".sql") || looksLikeMigration(path));
}

async function recogniseFolder(given: FolderToRecognise): Promise<Recognition> {
  const { files, listing, migrationsFolder: folder, known } = given;
  if (folder === undefined) return { migrations: [], findings: [] };
  const prefix = folder === "" ? "" : `${folder}/`;
  const own = new Set(
    [...known].flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : [])),
  );
  const paths = ownPaths(listing.get(folder) ?? [], given);
  const manifests = await readManifests(files, prefix, paths);
  const acceptSharedVersions = given.isTolerant;
  return recognise(paths, { folder, known: own, manifests, acceptSharedVersions });
}

/** Folders per version may say which files count: temporal's manifest.json. */
async function readManifests(
  files: Files,
  prefix: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const manifests = new Map<string, readonly string[]>();
  for (const path of paths) {
    const folder = /^([^/]+)\/manifest\.json$/.exec(path)?.[1];
    if (folder === undefined) continue;
    const listed = listedFiles(decodeText(await files.read(prefix + path), prefix + path).text);
    if (listed !== undefined) manifests.set(folder, listed);
  }
  return manifests;
}

/** Any other manifest.json is somebody else's and says nothing to us. */
function listedFiles(text: string): readonly string[] | undefined {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest !== "object" || manifest === null) return undefined;
    if (!("SchemaUpdateCqlFiles" in manifest)) return undefined;
    const listed: unknown = manifest.SchemaUpdateCqlFiles;
    return Array.isArray(listed) ? listed.filter((name) => typeof name === "string") : undefined;
  } catch {
    return undefined;
  }
}

/** What psql's `\i`, `\ir` and `\copy` name, and what is named in there; looked for until nothing is lacking. */
async function readIncluded(
  files: Files,
  read: ReadonlyMap<string, FileContent>,
  { variables }: Config,
): Promise<KnownContents> {
  const contents = new Map<string, FileContent | undefined>(read);
  for (const [path, content] of read) {
    if (!path.endsWith(".sql") || !mayInclude(content)) continue;
    const { text } = decodeText(content, path);
    for (;;) {
      const { unread } = findIncludes({ path, text, variables }, contents);
      if (unread.length === 0) break;
      for (const name of unread) contents.set(name, await files.readIfPresent(name));
    }
  }
  return contents;
}

/** Nearly no file of thousands does. */
function mayInclude(content: FileContent): boolean {
  if (typeof content === "string") return mayMentionFiles(content);
  const { buffer, byteOffset, byteLength } = content;
  const searched = Buffer.from(buffer, byteOffset, byteLength);
  return searched.includes("\\i") || searched.includes("\\copy");
}

async function readLock(files: Files, isTolerant: boolean): Promise<LockFile | undefined> {
  const bytes = await files.readIfPresent(lockFileName);
  if (bytes === undefined) return undefined;
  const { text } = decodeText(bytes, lockFileName);
  return isTolerant ? salvageLockFile(text) : parseLockFile(text);
}
