/** Writes a dump into files. What was there under the same name is replaced; nothing else is touched. */
import type { Files } from "../ports/files.ts";
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
  { timestamped }: WriteOptions,
): DumpReport["files"] {
  const [whole] = report.files;
  if (timestamped && whole !== undefined) {
    const { text } = whole;
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
