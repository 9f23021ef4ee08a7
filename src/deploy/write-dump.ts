/** Writes a dump into files. What was there under the same name is replaced; nothing else is touched. */
import type { Files } from "../ports/files.ts";
import { headerKeys } from "../project/header.ts";
import type { DumpReport } from "./dump.ts";

export interface DumpTarget {
  readonly files: Files;
  /** The one file's name; undefined for a folder of files. */
  readonly name: string | undefined;
  /** For people. */
  readonly label: string;
  /** In the form YYYYMMDD_HHMMSS, UTC. */
  readonly timestamp: string;
}

export interface WriteOptions {
  readonly timestamped: boolean;
  /** The newest migration that the schema holds, where that is known: an export says so in its header. */
  readonly includes?: string | undefined;
}

/** Gives the names of what it wrote. */
export async function writeDump(
  report: DumpReport,
  target: DumpTarget,
  options: WriteOptions,
): Promise<readonly string[]> {
  const named = namedFiles(report, target, options);
  for (const { path, text } of named) await target.files.write(path, text);
  return named.map(({ path }) => path);
}

function namedFiles(
  report: DumpReport,
  target: DumpTarget,
  { timestamped, includes }: WriteOptions,
): DumpReport["files"] {
  const [whole] = report.files;
  if (timestamped && whole !== undefined) {
    const text = headerOf(target.timestamp, includes) + whole.text;
    return [
      { path: `schema_export_${target.timestamp}.sql`, text },
      { path: "latest_schema.sql", text },
    ];
  }
  return report.files.map(({ path, text }) => ({
    path: path === "" ? (target.name ?? "schema.sql") : path,
    text,
  }));
}

/** Beside migrations such an export is a baseline, and without it one that is taken to include them all. */
function headerOf(timestamp: string, includes: string | undefined): string {
  if (includes === undefined) return "";
  const day = timestamp.replace(/^(\d{4})(\d{2})(\d{2}).*$/, "$1-$2-$3");
  return `-- ${headerKeys.lastUpdated}: ${day}\n-- ${headerKeys.includes}: ${includes}\n\n`;
}
