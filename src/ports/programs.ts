/** Programs of the user's that lockstep runs at a moment of its own: a hook that stops the application, say. */

export interface Programs {
  /** Never throws for what the program does: that it failed, could not begin or took too long is a result. */
  run(argv: readonly string[], options: ProgramOptions): Promise<ProgramResult>;
}

export interface ProgramOptions {
  readonly timeoutMs: number;
  /** Added to the process's own environment. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  readonly outcome: "done" | "failed" | "timeout" | "absent";
  /** For people: how it ended, with the last lines that it said, secrets left out. */
  readonly said: string;
  /** What it wrote on stdout. */
  readonly output: string;
}
