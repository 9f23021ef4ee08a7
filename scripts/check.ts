/**
 * `npm run check`: everything that can be said about the code without a database. One line per check, the output of
 * those that fail, exit code 1 when one does. `npm run check -- lint dead` runs only those that have such a word in
 * their names.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokenLayers } from "./layer-rules.ts";
import { pack } from "./pack.ts";

interface Check {
  readonly name: string;
  /** What is wrong, for people; empty when nothing is. */
  readonly run: () => Promise<string>;
}

/** Explicit, since a linter with type information that walks into node_modules takes gigabytes. */
const sources = [
  "src",
  "test",
  "scripts",
  "bench",
  "bin",
  "tsdown.config.ts",
  "vitest.config.ts",
].filter((path) => existsSync(path));

const checks: readonly Check[] = [
  { name: "types", run: () => program("tsc", ["-p", "tsconfig.json"]) },
  { name: "lint", run: () => program("oxlint", ["--type-aware", "--deny-warnings", ...sources]) },
  { name: "format", run: () => program("oxfmt", ["--check", ...sources]) },
  { name: "layers", run: async () => (await brokenLayers()).join("\n") },
  {
    name: "dead code",
    run: () => program("knip", ["--no-progress"]),
  },
  {
    name: "architecture and docs",
    run: () =>
      program("vitest", [
        ...["run", "--no-isolate", "test/architecture", "test/docs"],
        // The check above it is the same.
        ...["--exclude", "test/architecture/layers.test.ts"],
      ]),
  },
  { name: "package", run: checkPackage },
];

const wanted = process.argv.slice(2);
const isMeant = ({ name }: Check, word: string): boolean => name.split(" ").includes(word);
const unknown = wanted.filter((word) => !checks.some((check) => isMeant(check, word)));
if (unknown.length > 0) {
  console.log(
    `no check is called ${unknown.join(", ")}: ${checks.map(({ name }) => name).join(", ")}`,
  );
  process.exit(1);
}
const chosen = checks.filter(
  (check) => wanted.length === 0 || wanted.some((word) => isMeant(check, word)),
);
// First and alone: the package is made of it, and other checks must not see it half done.
const build: Check = { name: "build", run: () => program("tsdown", ["--log-level", "warn"]) };
const queue = [...chosen];
const failed: string[] = [];
await perform(build);
await Promise.all([worker(), worker()]);
console.log(
  failed.length === 0 ? `all ${chosen.length} checks passed` : `failed: ${failed.join(", ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);

async function worker(): Promise<void> {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) await perform(check);
}

async function perform(check: Check): Promise<void> {
  const begin = performance.now();
  const wrong = await check.run();
  const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
  console.log(`${wrong === "" ? "ok  " : "FAIL"}  ${check.name} (${seconds} s)`);
  if (wrong === "") return;
  failed.push(check.name);
  console.log(wrong);
}

/** Empty when it ends well, else all that it said. */
async function program(name: string, args: readonly string[]): Promise<string> {
  return await new Promise((resolve) => {
    const child = spawn(join("node_modules", ".bin", name), args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, FORCE_COLOR: "0", LOCKSTEP_TEST_BUILD: "skip" },
    });
    const said: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => said.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => said.push(chunk));
    child.on("error", (error) => resolve(`${name} cannot be started: ${error.message}`));
    child.on("close", (code) => {
      const text = Buffer.concat(said).toString("utf8");
      resolve(code === 0 ? "" : text || `${name} ended with exit code ${code}`);
    });
  });
}

/** Packs what is built, and looks at the tarball as a registry's visitors would. */
async function checkPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-package-"));
  try {
    const packed = await pack(folder);
    const wrong = [
      await program("publint", ["run", packed, "--strict"]),
      await program("attw", [packed, "--profile", "esm-only"]),
    ];
    return wrong.filter((text) => text !== "").join("\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
