/** `lockstep unlock`: who holds the deploy lock, and with --force the end of it. */
import { unlock as unlockTarget, type UnlockReport } from "../../deploy/unlock.ts";
import { describeLease } from "../../deploy/steps/lease.ts";
import { describeHolder } from "../../deploy/steps/lock/holder.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const unlock: Command = {
  name: "unlock",
  summary: "Show who holds the deploy lock; end it with --force",
  description:
    "Shows who holds the deploy lock of this project's scope, or the lease behind a pooler: user, host, " +
    "deployment, since when, and what it is running. Without --force nothing is changed.\n\n" +
    "--force ends the holder's sessions on the server: the lock's own and those that run its statements. What " +
    "they had not committed is rolled back. A lease is given to nobody, and its old holder can change nothing " +
    "more. The next `lockstep deploy` carries on where it was.\n\n" +
    "A lock whose process was killed is free by itself within a second or two; --force is for a deploy that hangs.",
  positionals: [],
  flags: ["force", ...targetFlags],
  examples: [
    { line: "lockstep unlock", doc: "See who it is." },
    { line: "lockstep unlock --force", doc: "End a deploy that hangs." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { database, direct } = await parts.target();
    const { scope } = await parts.config();
    const report = await unlockTarget({
      database: direct ?? database,
      scope,
      force: context.flags.force ?? false,
      clock: parts.clock,
      progress: context.progress,
      signal: context.signal,
    });
    return { json: report, text: `${describe(report).join("\n")}\n` };
  },
};

function describe(report: UnlockReport): readonly string[] {
  const { holder, lease, terminated, leaseCleared, scope } = report;
  if (holder === undefined && lease === undefined) return [`nobody holds the lock of ${scope}`];
  const forced = terminated.length > 0 || leaseCleared;
  return [
    ...(holder === undefined ? [] : [`the lock is held by ${describeHolder(holder)}`]),
    ...(lease === undefined ? [] : [`the lease is held by ${describeLease(lease)}`]),
    ...(terminated.length === 0 ? [] : [`ended the server processes ${terminated.join(", ")}`]),
    ...(leaseCleared ? ["cleared the lease; its old holder can change nothing more"] : []),
    ...(forced
      ? ["the next lockstep deploy carries on"]
      : ["nothing was changed; --force ends it"]),
  ];
}
