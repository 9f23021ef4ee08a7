/** A target's catalog and a source beside it, read and loaded at the same time: the one waits for the network, the other for scratch. */
import type { Database } from "../../../ports/database.ts";
import type { SourcePorts } from "../source/ports.ts";
import { openSource, type OpenSource } from "../source/read.ts";
import type { SourceSpec } from "../source/spec.ts";
import { readTargetCatalog, type TargetCatalog } from "./target-catalog.ts";

export interface TargetAndSource extends TargetCatalog {
  /** The caller closes it. */
  readonly source: OpenSource;
}

export interface WithSource {
  readonly database: Database;
  /** Of the database's server. */
  readonly major: number;
  readonly spec: SourceSpec;
}

export async function readWithSource(
  ports: SourcePorts,
  { database, major, spec }: WithSource,
): Promise<TargetAndSource> {
  const [target, source] = await Promise.allSettled([
    readTargetCatalog(database, ports),
    openSource(spec, ports, { major }),
  ]);
  // What is wrong with the files is what their author wants to hear.
  if (source.status === "rejected") throw source.reason;
  if (target.status === "fulfilled") return { ...target.value, source: source.value };
  await source.value.close();
  throw target.reason;
}
