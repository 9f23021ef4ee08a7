/** What a use case says while it works. The CLI renders it on stderr; the library hands it to a callback. */
export interface ProgressEvent {
  /** Stable, dotted, lower case: `segment.start`, `lock.waiting`. */
  readonly event: string;
  /** One line for people. */
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Progress = (event: ProgressEvent) => void;
