/** Takes a step out of a scratch database's ledger, so that it is applied again. */
import { baselineId } from "../../../ledger/ledger.ts";
import type { Replay, ReplayStep } from "../replay/replay.ts";

export async function forget(replay: Replay, step: ReplayStep): Promise<void> {
  const session = await replay.session();
  const ids =
    step.kind === "baseline" ? [baselineId, ...step.included.map(({ id }) => id)] : [step.file.id];
  await session.query("delete from lockstep.migrations where id = any($1)", [ids]);
}
