/** The adapters of moving rows, made of the parts that the command line and the library share. */
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { dataSink, dataSource } from "./adapters/store/data-files.ts";
import type { Parts } from "./compose.ts";
import { LockstepError } from "./core/errors.ts";
import { secret, type Secret } from "./core/secret.ts";
import type { DataFile, DataSink, DataSource } from "./ports/data-files.ts";

export interface DataPlace {
  readonly workingFolder: string;
  /** Relative to the working folder. */
  readonly path: string;
}

/** `.sql` is one file that psql loads, anything else a folder. */
export function exportSink({ workingFolder, path }: DataPlace): {
  readonly sink: DataSink;
  readonly form: "sql" | "folder";
} {
  const isFile = extname(path).toLowerCase() === ".sql";
  const sink = dataSink(resolve(workingFolder, path), isFile ? "file" : "folder");
  return { sink, form: isFile ? "sql" : "folder" };
}

export function importSource({ workingFolder, path }: DataPlace): DataSource {
  return dataSource(resolve(workingFolder, path));
}

/** What is written is handed on; there is nothing to take back. */
export function streamSink(write: (bytes: Uint8Array) => Promise<void>): DataSink {
  const file: DataFile = { write, close: async () => undefined };
  const writer = {
    open: async () => file,
    finish: async () => undefined,
    abandon: async () => undefined,
  };
  return { label: "stdout", create: async () => writer };
}

/** What LOCKSTEP_MASK_KEY says. */
export async function maskKeyOf(parts: Parts): Promise<Secret | undefined> {
  const key = (await parts.environment())["LOCKSTEP_MASK_KEY"] ?? "";
  return key === "" ? undefined : secret(key);
}

export interface DocumentPlace extends DataPlace {
  /** What a file is refused with that is no document. */
  readonly invalid: "DATA.MAP_INVALID" | "DATA.MASK_INVALID";
}

/** A JSON document, or the default export of a module. */
export async function readDocument({
  workingFolder,
  path,
  invalid,
}: DocumentPlace): Promise<unknown> {
  const place = resolve(workingFolder, path);
  if (/\.[cm]?[jt]s$/.test(path)) {
    const { importModule } = await import("./adapters/node/modules.ts");
    const loaded = await importModule(place).catch((cause: unknown) => {
      throw new LockstepError(invalid, `${path} can't be loaded: ${reasonOf(cause)}`, { cause });
    });
    return loaded["default"] ?? loaded;
  }
  const text = await readFile(place, "utf8").catch((cause: unknown) => {
    throw new LockstepError("DATA.FILE_ABSENT", `${path} can't be read`, { cause });
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new LockstepError(invalid, `${path} is no JSON: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
