/** A project read from a folder as the commands do it, for tests. */
import { readConfig } from "../../src/adapters/node/config.ts";
import { nodeFiles } from "../../src/adapters/node/files.ts";
import { readProject } from "../../src/adapters/node/project.ts";
import type { Files } from "../../src/ports/files.ts";
import type { Config } from "../../src/project/config.ts";
import type { Project } from "../../src/project/project.ts";
import { folderWith } from "./folders.ts";

export interface OpenProject {
  readonly files: Files;
  readonly project: Project;
}

export interface OpenOptions {
  readonly config?: Partial<Config>;
  readonly isTolerant?: boolean;
}

export async function openProject(folder: string, options: OpenOptions = {}): Promise<OpenProject> {
  const files = nodeFiles(folder);
  const found = await readConfig({ files, environment: {} });
  const config = { ...found, ...options.config };
  const isTolerant = options.isTolerant ?? false;
  return { files, project: await readProject({ files, config, isTolerant }) };
}

export async function projectWith(
  content: Readonly<Record<string, string | Uint8Array>>,
  options: OpenOptions = {},
): Promise<OpenProject> {
  return openProject(await folderWith(content), options);
}
