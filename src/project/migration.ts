/**
 * A migration as it lies on disk: values only, read by adapters/node/project.ts. What it means is for the parser and
 * the server to say; nothing here looks into the SQL beyond its comments.
 */
import type { SourcePosition } from "../core/errors.ts";
import type { IncludedFile } from "./includes.ts";

/** A text of SQL and where it stands: a whole file, or the section of one. Always whole lines of the file. */
export interface SqlText {
  /** Relative to the project's root, forward slashes. */
  readonly path: string;
  /** Decoded, without a byte order mark; line ends as they are on disk. */
  readonly text: string;
  /** The line of the file on which `text` begins, from 1. */
  readonly line: number;
}

export interface MigrationHeader {
  readonly title?: string;
  readonly description?: string;
  readonly author?: string;
  readonly date?: string;
  readonly reversible?: boolean;
  readonly relatedIssue?: string;
  readonly breakingChanges?: string;
}

/** How a version sorts: numbers by value, dates by calendar, and every date after every number. */
export interface VersionKey {
  readonly kind: "number" | "date";
  /** Dotted versions have several parts; digits only, so that no number is too long. */
  readonly parts: readonly string[];
}

interface MigrationBase {
  /** What the ledger and the lock file call it: the file's or folder's name without its endings. */
  readonly id: string;
  /** The number or date in front, as written: `004`, `20261120_093000`, `1_2`. */
  readonly version: string;
  /** The words after it, as written: `add_phone`. */
  readonly name: string;
  readonly order: VersionKey;
  /** Which row of project/namings.ts took it. */
  readonly naming: string;
  /** The file that goes up, relative to the project's root. */
  readonly path: string;
  /** SHA-256 of the up part's bytes on disk and of what it reads (FORMATS.md, "Hashes of a migration"). */
  readonly bytesHash: string;
  readonly header: MigrationHeader;
  readonly down: SqlText | undefined;
}

export interface SqlMigration extends MigrationBase {
  readonly kind: "sql";
  readonly up: SqlText;
  /** What the up part reads by psql's `\i`, `\ir` and `\copy`. */
  readonly included: readonly IncludedFile[];
  /** The file asks to be run outside a transaction (goose, dbmate, sqlx, diesel say so each in their way). */
  readonly noTransaction: SourcePosition | undefined;
}

/** A TypeScript or JavaScript module with an `up`. */
export interface DataMigration extends MigrationBase {
  readonly kind: "data";
}

/** Something that is not SQL and not ours to run: done by hand, then marked. */
export interface ExternalMigration extends MigrationBase {
  readonly kind: "external";
  /** What to do, for the person who does it: the marker file's text, empty for a program's source. */
  readonly instructions: string;
}

export type MigrationFile = SqlMigration | DataMigration | ExternalMigration;
