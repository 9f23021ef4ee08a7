/** How many connections a command moves rows over. */
import { LockstepError } from "../core/errors.ts";
import type { CommandContext } from "./command.ts";

export function jobsOf({ flags }: CommandContext): number {
  const { jobs = 2 } = flags;
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 64) return jobs;
  throw new LockstepError("USAGE.INVALID", `--jobs is a number from 1 to 64, not ${jobs}`);
}
