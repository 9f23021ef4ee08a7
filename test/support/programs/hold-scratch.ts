/** Makes a scratch database, says so on stdout, and holds it until it is killed or its stdin ends. */
import { embeddedScratch } from "../../../src/adapters/scratch/embedded-scratch.ts";

const isolation = process.argv[2] === "cluster" ? "cluster" : "database";
const scratch = embeddedScratch({
  projectFolder: process.cwd(),
  environment: process.env,
  idleSeconds: 2,
});
const database = await scratch.create({ isolation });
const session = await database.connect();
const rows = await session.query(
  "select pg_read_file('postmaster.pid') as file, current_setting('data_directory') as data",
);
const server = Number(String(rows[0]?.["file"]).split("\n")[0]);
const data = String(rows[0]?.["data"]);
process.stdout.write(
  `${JSON.stringify({ server, data, name: database.name, uid: process.getuid?.() })}\n`,
);
process.stdin.resume();
process.stdin.on("end", () => {
  void session.close().then(() => scratch.close());
});
