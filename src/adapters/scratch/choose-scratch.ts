/** Which scratch a command gets: the server that SCRATCH_URL names, or servers of our own. */
import type { Scratch } from "../../ports/scratch.ts";
import type { Environment } from "./cache-folder.ts";
import { embeddedScratch } from "./embedded-scratch.ts";
import { serverScratch } from "./server-scratch.ts";

export interface ScratchOptions {
  /** The project's folder, whose node_modules may hold other majors. */
  readonly projectFolder: string;
  readonly environment: Environment;
}

/** Nothing is started or connected to before the first database is asked for. Close it when done. */
export function chooseScratch(options: ScratchOptions): Scratch {
  const url = options.environment["SCRATCH_URL"] ?? "";
  if (url === "") return embeddedScratch(options);
  return serverScratch({ url, environment: options.environment });
}
