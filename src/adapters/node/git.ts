/**
 * What git knows of the project: which files another revision has, who works here. Git is asked, never told: nothing
 * here changes a repository. Without git, or outside of a repository, every answer is "unknown".
 */
import { runProcess } from "./processes.ts";

/** Where the branch of the others is, when nobody says: the remote's default branch, else the usual names. */
const usualBases: readonly string[] = [
  "origin/HEAD",
  "origin/main",
  "origin/master",
  "main",
  "master",
];

/** The first of the usual bases that exists and is not what is checked out. */
export async function usualBase(folder: string): Promise<string | undefined> {
  const own = await git(folder, ["symbolic-ref", "--quiet", "--short", "HEAD"]);
  for (const base of usualBases) {
    if (base === own?.trim()) continue;
    const found = await git(folder, ["rev-parse", "--verify", "--quiet", `${base}^{commit}`]);
    if (found !== undefined) return base;
  }
  return undefined;
}

/** Paths relative to the folder; undefined when there is no such revision. */
export async function filesAt(
  folder: string,
  revision: string,
): Promise<ReadonlySet<string> | undefined> {
  // What begins with a dash would be taken as an option.
  if (revision.startsWith("-")) return undefined;
  const commit = await git(folder, ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`]);
  if (commit === undefined) return undefined;
  const listed = await git(folder, ["ls-tree", "-r", "-z", "--name-only", commit.trim()]);
  return listed === undefined
    ? undefined
    : new Set(listed.split("\0").filter((path) => path !== ""));
}

export async function gitUserName(folder: string): Promise<string | undefined> {
  const name = (await git(folder, ["config", "user.name"]))?.trim();
  return name === "" ? undefined : name;
}

/** The newest commit that both have; undefined when they have none. */
export async function branchPoint(folder: string, revision: string): Promise<string | undefined> {
  if (revision.startsWith("-")) return undefined;
  return (await git(folder, ["merge-base", "HEAD", revision]))?.trim();
}

export async function git(folder: string, args: readonly string[]): Promise<string | undefined> {
  const result = await runProcess("git", args, { cwd: folder, timeoutMs: 10_000 });
  return result.exitCode === 0 ? result.stdout : undefined;
}
