/**
 * Waits until files below a folder are others than before. It looks at times and sizes again and again: editors save by
 * renaming, and what the operating system tells of that differs from one to the next.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface WatchOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  /** How long it rests between two looks, or longer where a look takes long. */
  readonly everyMs: number;
  /** How long nothing may change before it counts. */
  readonly stillMs: number;
}

export type FileStamps = ReadonlyMap<string, string>;

/** Folders that hold no source of a schema. */
const aside: ReadonlySet<string> = new Set(["node_modules", "dist", "build", "target", "vendor"]);
const depthMax = 6;

export async function stampsOf(folder: string): Promise<FileStamps> {
  const stamps = new Map<string, string>();
  await collect({ folder, depth: 0, stamps });
  return stamps;
}

async function collect(at: {
  readonly folder: string;
  readonly depth: number;
  readonly stamps: Map<string, string>;
}): Promise<void> {
  const { folder, depth, stamps } = at;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.name.startsWith(".") || aside.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < depthMax) {
      await collect({ folder: path, depth: depth + 1, stamps });
    } else if (entry.isFile() && /\.(?:sql|prisma|[cm]?[jt]s|json|lock|md)$/.test(entry.name)) {
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined) stamps.set(path, `${found.mtimeMs} ${found.size} ${found.ino}`);
    }
  }
}

/** Resolves to the new state when something changed and has been still for a moment; undefined: aborted. */
export async function nextChange(
  before: FileStamps,
  { folder, signal, everyMs, stillMs }: WatchOptions,
): Promise<FileStamps | undefined> {
  let last = before;
  let restMs = everyMs;
  for (;;) {
    await sleep(restMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
    const startedAt = performance.now();
    const now = await stampsOf(folder);
    const isChanged = !same(now, before);
    if (isChanged && same(now, last)) return now;
    // Large folders are not to keep the machine busy.
    restMs = isChanged ? stillMs : Math.max(everyMs, 4 * (performance.now() - startedAt));
    last = now;
  }
}

function same(one: FileStamps, other: FileStamps): boolean {
  if (one.size !== other.size) return false;
  for (const [path, stamp] of one) if (other.get(path) !== stamp) return false;
  return true;
}
