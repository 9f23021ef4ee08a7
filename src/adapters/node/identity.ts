/**
 * Who deploys, from where, and which commit: from the operating system, the environment of build systems, and the
 * repository's own files. No program is started for it, and what can't be known is left out.
 */
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { toolVersion } from "../../core/version.ts";
import type { Identity } from "../../ports/identity.ts";
import type { Environment } from "./environment.ts";

export function readIdentity(folder: string, environment: Environment): Identity {
  return {
    osUser: userName(),
    host: hostname(),
    gitSha: commitFromEnvironment(environment) ?? commitOf(folder),
    toolVersion,
  };
}

/** A user of a container may have a number and no name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

const commitVariables = [
  "GIT_SHA",
  "GIT_COMMIT",
  "GITHUB_SHA",
  "CI_COMMIT_SHA",
  "BITBUCKET_COMMIT",
  "BUILD_SOURCEVERSION",
  "CIRCLE_SHA1",
] as const;

function commitFromEnvironment(environment: Environment): string | undefined {
  return commitVariables
    .map((name) => environment[name])
    .find((value) => value !== undefined && commit.test(value));
}

const commit = /^[0-9a-f]{7,64}$/;

/** What HEAD stands for, by reading .git as git lays it out. */
function commitOf(folder: string): string | undefined {
  const git = gitFolder(folder);
  if (git === undefined) return undefined;
  const head = readText(join(git, "HEAD"));
  const reference = head?.match(/^ref: (.+)$/)?.[1];
  if (reference === undefined) return head !== undefined && commit.test(head) ? head : undefined;
  const common = readText(join(git, "commondir")) ?? ".";
  const shared = resolve(git, common);
  return readText(join(shared, reference)) ?? packed(shared, reference);
}

function packed(git: string, reference: string): string | undefined {
  const lines = (readText(join(git, "packed-refs")) ?? "").split("\n");
  return lines.find((line) => line.endsWith(` ${reference}`))?.split(" ")[0];
}

function gitFolder(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, ".git");
    if (readText(join(path, "HEAD")) !== undefined) return path;
    // A worktree has a file that names the folder.
    const linked = readText(path)?.match(/^gitdir: (.+)$/)?.[1];
    if (linked !== undefined) return resolve(folder, linked);
    if (dirname(folder) === folder) return undefined;
  }
}

/** Synchronous: for a file or two, promises cost more than the reading. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
