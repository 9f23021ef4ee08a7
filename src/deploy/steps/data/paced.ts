/** Progress that is said at most once a second, and at the end. */
import type { DataPorts } from "./ports.ts";

export function paced(
  { clock, progress }: DataPorts,
  event: string,
): (message: string, isLast?: boolean) => void {
  let last = clock.monotonicMs();
  return (message, isLast = false) => {
    const now = clock.monotonicMs();
    if (!isLast && now - last < 1_000) return;
    last = now;
    progress({ event, message });
  };
}
