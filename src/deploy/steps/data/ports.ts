/** What moving rows needs of the world. Wired in src/data-ports.ts; a test wires its own. */
import type { Clock } from "../../../ports/clock.ts";
import type { Progress } from "../../../ports/progress.ts";

export interface DataPorts {
  readonly clock: Clock;
  readonly progress: Progress;
}
