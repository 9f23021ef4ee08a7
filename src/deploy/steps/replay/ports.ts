/** What replaying needs of the world: what reading a source needs, and what a deploy records. */
import type { Clock } from "../../../ports/clock.ts";
import type { Identity } from "../../../ports/identity.ts";
import type { SourcePorts } from "../source/ports.ts";

export interface ReplayPorts extends SourcePorts {
  readonly clock: Clock;
  readonly identity: Identity;
}
