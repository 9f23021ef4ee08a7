/**
 * stdout and stderr, and nothing else of the process. stdout carries data only, stderr the talk. A reader that goes
 * away (`lockstep dump | head`) is no failure; a disk that is full is one, since half a dump looks like a whole one.
 */
import { LockstepError } from "../core/errors.ts";
import type { Progress, ProgressEvent } from "../ports/progress.ts";
import { type Style, styleFor } from "./render/style.ts";
import { visible, visibleStyled } from "../core/visible.ts";
import { cutToWidth } from "../core/width.ts";
import type { Environment } from "./command.ts";

export interface Output {
  /** Resolves when the operating system has taken it. */
  data(chunk: string | Uint8Array): Promise<void>;
  /** A line that stays. */
  talk(text: string): void;
  readonly progress: Progress;
  /** Takes the live line away. */
  endProgress(): void;
  readonly dataStyle: Style;
  readonly talkStyle: Style;
  quieten(level: OutputLevel): void;
}

export type OutputLevel = "quiet" | "normal" | "verbose";

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function openOutput(streams: Streams, environment: Environment): Output {
  const { stdout, stderr } = streams;
  const gone = { stdout: false, stderr: false };
  stdout.on("error", () => (gone.stdout = true));
  stderr.on("error", () => (gone.stderr = true));
  const live = liveLine(stderr);
  let level: OutputLevel = "normal";
  const isLive = stderr.isTTY && (environment["CI"] ?? "") === "" && environment["TERM"] !== "dumb";
  const isTooSoon = nowAndThen();
  const talk = (text: string): void => {
    live.clear();
    const shown = visibleStyled(text);
    if (!gone.stderr) stderr.write(shown.endsWith("\n") ? shown : `${shown}\n`);
  };
  return {
    data: (chunk) =>
      new Promise((resolve, reject) => {
        live.clear();
        if (gone.stdout || chunk.length === 0) resolve();
        else {
          stdout.write(shownOn(stdout, chunk), (error) => {
            gone.stdout ||= error !== undefined && error !== null;
            if (error === undefined || error === null || isReaderGone(error)) resolve();
            else reject(outputFailed(error));
          });
        }
      }),
    talk,
    progress: (event) => {
      if (level === "quiet" || gone.stderr) return;
      if (isLive && level === "normal") live.show(event.message);
      else if (level === "normal" && isTooSoon(event)) return;
      else talk(level === "verbose" ? verboseLine(event) : event.message);
    },
    endProgress: () => live.clear(),
    dataStyle: styleFor({ isTerminal: stdout.isTTY, environment }),
    talkStyle: styleFor({ isTerminal: stderr.isTTY, environment }),
    quieten: (wanted) => {
      level = wanted;
    },
  };
}

function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
}

function outputFailed(cause: Error): LockstepError {
  return new LockstepError("USAGE.OUTPUT_FAILED", `the output can't be written: ${cause.message}`, {
    state: "what the command does to a database is done; what it had to say is lost or cut off",
    cause,
  });
}

const countEveryMs = 5_000;
const waitEveryMs = 10_000;

/**
 * Where no line can be written over, a count of rows is a line now and then, not one for each part; and who is waited
 * for is told again only after a while, or when it is somebody else.
 */
function nowAndThen(): (event: ProgressEvent) => boolean {
  const saidAtMs = new Map<string, number>();
  const isTooSoon = (what: string, everyMs: number): boolean => {
    const nowMs = Date.now();
    if (nowMs - (saidAtMs.get(what) ?? 0) < everyMs) return true;
    saidAtMs.set(what, nowMs);
    return false;
  };
  return ({ event, message }) => {
    if (event.endsWith(".rows")) return isTooSoon(event, countEveryMs);
    if (!event.endsWith(".waiting") && event !== "segment.note") return false;
    return isTooSoon(
      `${event} ${message.replaceAll(/\d+(?:\.\d+)? ?(?:ms|s|min|m|h)\b/g, "")}`,
      waitEveryMs,
    );
  };
}

/** Data stays as it is for a file or a pipe; on a terminal it must not be able to do more than be read. */
function shownOn(stdout: NodeJS.WriteStream, chunk: string | Uint8Array): string | Uint8Array {
  return stdout.isTTY && typeof chunk === "string" ? visibleStyled(chunk) : chunk;
}

function verboseLine({ event, message, data }: ProgressEvent): string {
  return data === undefined
    ? `${event}: ${message}`
    : `${event}: ${message} ${JSON.stringify(data)}`;
}

/** A terminal that was never told its size says 0. */
function columnsOf({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? columns : 80;
}

/** One line of a terminal that is written over and over. */
function liveLine(stream: NodeJS.WriteStream): { show(text: string): void; clear(): void } {
  let shown = false;
  return {
    show: (text) => {
      const first = visible(text.split("\n", 1)[0] ?? "");
      stream.write(`\r\u001b[K${cutToWidth(first, columnsOf(stream) - 1)}`);
      shown = true;
    },
    clear: () => {
      if (shown) stream.write("\r\u001b[K");
      shown = false;
    },
  };
}
