/** What reading a source needs of the world. Wired in src/source-ports.ts; a test wires its own. */
import type { Catalog } from "../../../catalog/fact.ts";
import type { CatalogFilter } from "../../../catalog/filter.ts";
import type { SharedParts } from "../../../catalog/shared_parts.ts";
import type { Database, Session } from "../../../ports/database.ts";
import type { Files } from "../../../ports/files.ts";
import type { Progress } from "../../../ports/progress.ts";
import type { Scratch } from "../../../ports/scratch.ts";
import type { DeclaredCommand } from "../../../project/config.ts";
import type { Project } from "../../../project/project.ts";

export interface SourcePorts {
  /** The target. */
  readonly live: () => Promise<Database>;
  readonly databaseAt: (url: string) => Promise<Database>;
  readonly project: () => Promise<Project>;
  readonly files: Files;
  readonly scratch: () => Promise<Scratch>;
  /** The role that the config says owns the project's objects; undefined: the database's owner. */
  readonly owner: () => Promise<string | undefined>;
  /** A file: source's path, relative to where the user is. */
  readonly openPath: (path: string) => SourcePath;
  /** A backup: source's folder, relative to where the user is, with the key of the environment. */
  readonly openBackup: (path: string) => Promise<SourceBackup>;
  /** `shared`: of the catalogs that it is to be compared with. */
  readonly readCatalog: (
    session: Session,
    filter: Partial<CatalogFilter>,
    shared?: SharedParts,
  ) => Promise<Catalog>;
  /** Imports a data migration by its path in the project. */
  readonly loadModule: (path: string) => Promise<unknown>;
  /** Runs the command of a declared schema and gives what it prints. */
  readonly runCommand: (declared: DeclaredCommand) => Promise<string>;
  readonly progress: Progress;
}

/** Its label, and the catalog that was written with it, verified by its hash: with every owner named. */
export interface SourceBackup {
  readonly label: string;
  readonly manifest: { readonly server: { readonly owner?: string } };
  catalog(): Promise<Catalog>;
}

export interface SourcePath {
  /** Rooted so that the scripts can include what is beside them and nothing further out. */
  readonly files: Files;
  /** Relative to that root; empty for the root itself. */
  readonly path: string;
}
