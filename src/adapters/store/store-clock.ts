/**
 * How long a store may take for one request, with everything that is tried again within it. Neither silence nor a trickle
 * of bytes may hold a deploy up for long; and a store that was out of time once gets little time for what has to be
 * removed there afterwards.
 */
import { parseDuration, formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";

export interface StoreClock {
  /** What takes longer ends with `OutOfTime`. More bytes than a chunk has get more time. */
  within<Result>(bytes: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

/** The name is that of a client's own error when a connection was silent for too long. */
export class OutOfTime extends Error {
  override readonly name = "TimeoutError";
}

const variable = "LOCKSTEP_STORE_TIMEOUT";
const limitMsDefault = 120_000;
const chunkBytes = 4 * 1_048_576;
const lastLimitMs = 10_000;

export function storeClock(environment: Readonly<Record<string, string | undefined>>): StoreClock {
  const limitMs = limitOf(environment[variable] ?? "");
  let wasOut = false;
  return {
    within: async (bytes, work) => {
      const eachMs = wasOut ? Math.min(lastLimitMs, limitMs) : limitMs;
      const ms = Math.ceil(eachMs * Math.max(1, bytes / chunkBytes));
      try {
        return await inTime(ms, work);
      } catch (error) {
        wasOut ||= error instanceof OutOfTime;
        throw error;
      }
    },
  };
}

async function inTime<Result>(
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      over.abort();
      reject(new OutOfTime(`it was not done within ${formatDuration(ms)} (${variable})`));
    }, ms);
    const end = (): void => clearTimeout(timer);
    work(over.signal).finally(end).then(resolve, reject);
  });
}

function limitOf(text: string): number {
  if (text === "") return limitMsDefault;
  const limitMs = parseDuration(text);
  if (limitMs !== undefined && limitMs > 0) return limitMs;
  throw new LockstepError("CONFIG.VALUE", `${variable} is no duration: ${JSON.stringify(text)}`, {
    next: `Write it like ${variable}=2m`,
  });
}
