/**
 * Complete schemas of a project: the baseline and the declared schema. Which of the two a file is, is decided in
 * project/assemble.ts, by the config first, then by the file's header.
 */
import type { DeclaredCommand } from "./config.ts";
import type { IncludedFile } from "./includes.ts";
import type { SqlText } from "./migration.ts";

export interface SchemaHeader {
  readonly schemaVersion?: string;
  readonly lastUpdated?: string;
  /** As written; `Baseline.includes` is what it means. */
  readonly includes?: string;
}

export interface SchemaFile extends SqlText {
  /** Of the file and of what it reads. */
  readonly bytesHash: string;
  readonly included: readonly IncludedFile[];
  readonly header: SchemaHeader;
}

/** Which migrations a baseline holds already. */
export type BaselineIncludes =
  | { readonly kind: "none" }
  /** A migration that is on disk, or one that was removed since and sorts before all that are. */
  | { readonly kind: "upTo"; readonly id: string }
  /** Nothing says so: the file stands beside migrations and is taken as the schema after all of them. */
  | { readonly kind: "assumedAll" };

export interface Baseline {
  /** In the order in which they load. */
  readonly files: readonly SchemaFile[];
  readonly header: SchemaHeader;
  readonly includes: BaselineIncludes;
  /** The migrations on disk that it includes, in order. */
  readonly includedIds: readonly string[];
}

export type DeclaredSchema =
  | { readonly kind: "files"; readonly files: readonly SchemaFile[] }
  | DeclaredCommand;
