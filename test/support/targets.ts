/** The ports of a target as the command line would make them, with flags and environment of the test's own. */
import { onTestFinished } from "vitest";
import { compose, type ComposeOptions } from "../../src/compose.ts";
import type { DeployPorts } from "../../src/deploy/ports.ts";
import { deployPortsOf } from "../../src/deploy-ports.ts";
import type { Project } from "../../src/project/project.ts";
import { administer, type TestDatabase } from "./database.ts";
import { bareEnvironment } from "./lockstep.ts";
import { quoteIdentifier } from "../../src/sql/quote.ts";

export interface OpenTarget {
  readonly ports: DeployPorts;
  readonly project: () => Promise<Project>;
}

export async function targetOf(
  folder: string,
  options: Partial<ComposeOptions> = {},
): Promise<OpenTarget> {
  const parts = compose({
    projectFolder: folder,
    environment: bareEnvironment(),
    workingFolder: folder,
    note: () => undefined,
    ...options,
  });
  const ports = await deployPortsOf(parts, () => undefined);
  return { ports, project: () => parts.project() };
}

/** The same server's database of another name; dropped when the test has finished. */
export function besides(database: TestDatabase, name: string): string {
  const url = new URL(database.url);
  url.pathname = `/${encodeURIComponent(name)}`;
  onTestFinished(async () => {
    await administer(
      database.major,
      `drop database if exists ${quoteIdentifier(name)} with (force)`,
    );
  });
  return url.href;
}
