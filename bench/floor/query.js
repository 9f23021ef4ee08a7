// The floor of a no-op: bare node and pg, unbundled, one connection and one query.
import pg from "pg";

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query(process.argv[2] ?? "select 1");
await client.end();
