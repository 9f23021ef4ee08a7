/**
 * The client of S3-compatible stores: an optional peer, looked for where the project is, then where lockstep is. Nobody
 * loads it who does not name a store.
 */
import type * as Client from "@aws-sdk/client-s3";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LockstepError } from "../../core/errors.ts";

export async function importClient(projectFolder: string): Promise<typeof Client> {
  const own = ofProject(projectFolder);
  // The package promises these types; the file that its name resolves to is its entry.
  if (own !== undefined) return (await import(pathToFileURL(own).href)) as typeof Client;
  try {
    return await import("@aws-sdk/client-s3");
  } catch (cause) {
    const message = "@aws-sdk/client-s3 is not installed";
    throw new LockstepError("BACKUP.CLIENT_ABSENT", message, { cause });
  }
}

function ofProject(projectFolder: string): string | undefined {
  try {
    return createRequire(join(projectFolder, "package.json")).resolve("@aws-sdk/client-s3");
  } catch {
    return undefined;
  }
}
