/** How a new migration is numbered, by the two flags that say so. */
import { LockstepError } from "../core/errors.ts";
import type { VersionChoice } from "../project/convention.ts";
import type { FlagValues } from "./flags.ts";

export function versionChoice(flags: FlagValues): VersionChoice {
  if (flags.timestamp === true && flags.sequential === true) {
    throw new LockstepError("USAGE.INVALID", "--timestamp and --sequential exclude each other");
  }
  return flags.timestamp === true
    ? "timestamp"
    : flags.sequential === true
      ? "sequential"
      : "as-before";
}
