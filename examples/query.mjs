// Stands for the application in the stories: runs one statement by DATABASE_URL and prints the rows, a line each.
import pg from "pg";

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
try {
  const { rows } = await client.query(process.argv[2]);
  for (const row of rows) console.log(Object.values(row).join(" | "));
} finally {
  await client.end();
}
