/**
 * `npm run test:pack`: builds and packs the package, installs the tarball into an empty folder as a stranger would,
 * and runs what was installed. Nothing of this repository is within its reach there.
 */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolVersion } from "../src/core/version.ts";
import { pack } from "./pack.ts";

const folder = await mkdtemp(join(tmpdir(), "lockstep-stranger-"));
const lockstep = join(folder, "node_modules", ".bin", "lockstep");
try {
  execFileSync("npm", ["run", "-s", "build"], { stdio: ["ignore", "ignore", "inherit"] });
  const tarball = await pack(folder);
  await writeFile(join(folder, "package.json"), '{ "name": "stranger", "private": true }\n');
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", tarball]);
  expectText("--version", run(lockstep, ["--version"]), `${toolVersion}\n`);
  expectText("--help", run(lockstep, ["--help"]), "Usage: lockstep COMMAND");
  expectText("deploy --help", run(lockstep, ["deploy", "--help"]), "--target");
  const script = 'import("pg-lockstep").then((api) => console.log(Object.keys(api).join()))';
  expectText("import", run("node", ["-e", script]), "LockstepError");
  await mkdir(join(folder, "migrations"));
  await writeFile(join(folder, "migrations", "001_init.sql"), "create table t (id int);\n");
  try {
    run(lockstep, ["deploy"]);
    expectText("status", run(lockstep, ["status"]), "001_init");
    expectText("test", run(lockstep, ["test"]), "proved");
  } finally {
    run(lockstep, ["dev", "stop"]);
  }
  console.log("the package installs and runs");
} finally {
  await rm(folder, { recursive: true, force: true });
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    // In CI the development database is not guessed; a stranger sits at a desk.
    env: { ...process.env, CI: "" },
  });
}

function expectText(what: string, found: string, expected: string): void {
  if (found.includes(expected)) console.log(`ok  ${what}`);
  else throw new Error(`${what}: expected ${expected} in:\n${found}`);
}
