/** An independent fingerprint of a catalog, plain SQL kept outside of this repository; absent for most people. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pg from "pg";

const path = fileURLToPath(new URL("../../../shared/oracle/catalog_fingerprint.sql", import.meta.url));

/** For `test.skipIf(!oraclePresent)`. */
export const oraclePresent: boolean = existsSync(path);
