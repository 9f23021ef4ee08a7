/** What the use cases need of the world. Wired in src/compose.ts; a test wires its own. */
import type { SaidEnvironment } from "../ledger/environment.ts";
import type { Project } from "../project/project.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Files } from "../ports/files.ts";
import type { Progress } from "../ports/progress.ts";
import type { Secrets } from "../ports/secrets.ts";
import type { Identity } from "../ports/identity.ts";
import type { SafeguardPorts } from "./steps/safeguard/ports.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";

export interface DeployPorts {
  readonly database: Database;
  /** Which environment the database is said to be; stored in it by the first change, and compared by the next ones. */
  readonly environment?: SaidEnvironment;
  /** Where secrets are had that SQL names by reference; the database's own sessions put them in. */
  readonly secrets?: Secrets;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly identity: Identity;
  /** The project's own files, for what migrations include or copy from. */
  readonly files: Files;
  /** Imports a TypeScript or JavaScript module by its path in the project. */
  readonly loadModule: (path: string) => Promise<unknown>;
  /** The project with what squashes put aside: for a database that is older than the baseline. */
  readonly wholeProject?: () => Promise<Project>;
  /** For the backup before a deploy. Without it none is taken. */
  readonly safeguard?: () => Promise<SafeguardPorts>;
  /** The database is a throwaway or a developer's own: no backup, unless the command line asks for one. */
  readonly isDevelopment?: boolean;
  /** For comparing catalogs, in scratch too: where a deploy began and ended. Without it nobody looks. */
  readonly replay?: () => Promise<ReplayPorts>;
}
