/** Other tools that compare two databases, installed from npm into the cache folder at pinned versions. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface DiffTool {
  readonly name: string;
  readonly command: (from: string, to: string) => readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes beside 0 that say that there is a difference. */
  readonly goodCodes?: readonly (number | string)[];
}

const versions = {
  "@pgkit/migra": "0.6.1",
  "@supabase/pg-delta": "1.0.0-alpha.34",
  prisma: "6.19.0",
};

/** Each in a folder of its own: one that cannot be installed is left out, and says so by not running. */
export function diffTools(): readonly DiffTool[] {
  if (process.env["BENCH_PEERS"] === "none") return [];
  const bin = (name: keyof typeof versions, program: string): string => {
    const folder = install(name);
    return join(folder, "node_modules/.bin", program);
  };
  return [
    {
      name: "@pgkit/migra",
      command: (from, to) => [bin("@pgkit/migra", "migra"), "run", from, to, "--unsafe"],
      goodCodes: [2],
    },
    {
      name: "@supabase/pg-delta",
      command: (from, to) => [
        bin("@supabase/pg-delta", "pgdelta"),
        ...["plan", "--source", from, "--desired", to],
      ],
    },
    {
      name: "prisma migrate diff",
      command: (from, to) => [
        bin("prisma", "prisma"),
        ...["migrate", "diff", "--from-url", from, "--to-url", to, "--script"],
      ],
      goodCodes: [2],
    },
  ];
}

function install(name: keyof typeof versions): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "lockstep", "bench-diff", name.replaceAll("/", "-"), versions[name]);
  if (existsSync(join(folder, "done"))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, dependencies: { [name]: versions[name] } }),
  );
  try {
    execFileSync("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder, stdio: "ignore" });
  } catch {
    // What is not there does not run, and the table says so.
  }
  writeFileSync(join(folder, "done"), "");
  return folder;
}
