/** An independent fingerprint of a catalog, plain SQL kept outside of this repository; absent for most people. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pg from "pg";

const path = fileURLToPath(
  new URL("../../../shared/oracle/catalog_fingerprint.sql", import.meta.url),
);

/** For `test.skipIf(!oraclePresent)`. */
export const oraclePresent: boolean = existsSync(path);

export interface OracleOptions {
  /** Roles and memberships too; they are the whole cluster's, and other tests make some. */
  readonly roles?: boolean;
}

/** One line per attribute set of each object, sorted. Two catalogs are equal where it looks when the lines are. */
export async function oracleLines(
  url: string,
  options: OracleOptions = {},
): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const results: unknown = await client.query(readFileSync(path, "utf8"));
    // Two statements in one message give an array, which the types do not know.
    const last = (results as readonly pg.QueryResult<{ line: string }>[]).at(-1);
    const lines = (last?.rows ?? []).map((row) => row.line);
    return options.roles === true ? lines : lines.filter((line) => !/^(role|mem) /.test(line));
  } finally {
    await client.end();
  }
}

/** The same as one hash. */
export async function oracleFingerprint(url: string, options: OracleOptions = {}): Promise<string> {
  const lines = await oracleLines(url, options);
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}
