/**
 * The same files through psql, in the order in which lockstep runs them: what psql makes of them is what lockstep has
 * to make of them. Only for files that psql takes as they are.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "../../src/project/project.ts";

export const psqlPresent: boolean = spawnSync("psql", ["--version"]).status === 0;

export interface PsqlDeploy {
  readonly folder: string;
  readonly url: string;
  readonly project: Project;
  readonly inTransactions: boolean;
}

/** Throws psql's own words when it stops. */
export async function deployByPsql(deploy: PsqlDeploy): Promise<void> {
  const { folder, url, project } = deploy;
  const scratch = await mkdtemp(join(tmpdir(), "lockstep-psql-"));
  try {
    const variables = Object.entries(project.config.variables).flatMap(([name, value]) => [
      "-v",
      `${name}=${value}`,
    ]);
    const { baseline, migrations } = project;
    const files: string[] = [];
    if (baseline !== undefined) files.push("-c", "set check_function_bodies = off");
    for (const { path } of baseline?.files ?? []) files.push("-f", path);
    const included = new Set(baseline?.includedIds);
    for (const migration of migrations) {
      if (migration.kind !== "sql" || included.has(migration.id)) continue;
      // Sections are not psql's: it gets the part that goes forward.
      const path = join(scratch, `${files.length}.sql`);
      await writeFile(path, migration.up.text);
      // Settings of one file are not meant for the next.
      const isWrapped = deploy.inTransactions && migration.noTransaction === undefined;
      const file = ["-f", path];
      files.push(
        "-c",
        "discard all",
        ...(isWrapped ? ["-c", "begin", ...file, "-c", "commit"] : file),
      );
    }
    const done = spawnSync(
      "psql",
      ["-X", "-q", "-v", "ON_ERROR_STOP=1", ...variables, "-d", url, ...files],
      {
        cwd: folder,
        env: { PATH: process.env["PATH"] },
        stdio: ["ignore", "ignore", "pipe"],
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    if (done.status === 0) return;
    const words = done.stderr.split("\n").find((line) => /ERROR|FATAL|error:/.test(line));
    throw new Error(words ?? done.stderr);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
