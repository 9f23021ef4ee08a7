/** What the user's repository says, whole: the value that a deploy starts from. Built by project/assemble.ts. */
import type { Finding } from "../core/findings.ts";
import type { Config } from "./config.ts";
import type { LockFile, ReplacedLine } from "./lock.ts";
import type { MigrationFile } from "./migration.ts";
import type { Baseline, DeclaredSchema, SchemaFile } from "./schema.ts";

export interface Project {
  /** Absolute path of the folder. */
  readonly root: string;
  readonly config: Config;
  readonly baseline: Baseline | undefined;
  readonly declared: DeclaredSchema | undefined;
  /** Relative to the root; undefined when there is none. */
  readonly migrationsFolder: string | undefined;
  /** In the order in which they run. */
  readonly migrations: readonly MigrationFile[];
  /** What the baseline stands for and is not among `migrations`, in the order in which it ran. */
  readonly replaced: readonly ReplacedLine[];
  /** Ids of those among `migrations` that were read from the archive of a squash. */
  readonly archived: ReadonlySet<string>;
  readonly seeds: readonly SchemaFile[];
  /** Complete schemas of earlier releases, where databases that live may have begun. */
  readonly startingPoints: readonly Baseline[];
  readonly lock: LockFile | undefined;
  /** What deserves a word: strange files, byte order marks, a lock file that lags behind. */
  readonly findings: readonly Finding[];
}
