/** Time as the client sees it: for waiting and for durations, never for what the ledger records. */
export interface Clock {
  /** Milliseconds that only grow. */
  monotonicMs(): number;
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}
