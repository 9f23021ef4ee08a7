/**
 * SIGINT and SIGTERM become an abort signal, so that a use case can stop where the database's state is known. A
 * second signal means it: the process ends at once, and what was under way is looked up by the next deploy.
 */
import { LockstepError } from "../core/errors.ts";

const interruptingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function onInterrupt(listen: SignalSource, endNow: () => void): AbortSignal {
  const controller = new AbortController();
  for (const name of interruptingSignals) {
    listen.on(name, () => {
      if (controller.signal.aborted) endNow();
      else controller.abort(new LockstepError("USAGE.INTERRUPTED", `interrupted by ${name}`));
    });
  }
  return controller.signal;
}

export interface SignalSource {
  on(name: (typeof interruptingSignals)[number], listener: () => void): unknown;
}
