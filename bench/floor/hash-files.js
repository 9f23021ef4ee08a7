// The floor of a no-op over many migrations: bare node and pg, unbundled, every file read and hashed, one query.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

const folder = process.argv[2];
const hashOf = (content) => createHash("sha256").update(content).digest("hex");
const names = readdirSync(folder).sort();
const lines = names.map((name) => `${name} ${hashOf(readFileSync(join(folder, name)))}`);

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query("select $1::text", [hashOf(lines.join("\n"))]);
await client.end();
