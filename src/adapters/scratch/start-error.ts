/** Turns the log of a server that did not start into an error that says why and what to do. */
import { readFile } from "node:fs/promises";
import { LockstepError } from "../../core/errors.ts";

export async function startError(logFile: string, what: string): Promise<LockstepError> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  const notes = log.trim().split("\n").slice(-8);
  const next = remedies.find((remedy) => remedy.pattern.test(log))?.next;
  return new LockstepError(
    "EMBEDDED.START_FAILED",
    `the embedded PostgreSQL does not start: ${what}`,
    {
      notes: [...notes, `its log: ${logFile}`],
      ...(next === undefined ? {} : { next }),
    },
  );
}

/** Whether it did not start because another program listens on its port. */
export function isPortTaken(error: unknown): boolean {
  if (!(error instanceof LockstepError) || error.code !== "EMBEDDED.START_FAILED") return false;
  return error.notes.some((note) => note.includes("could not create any TCP/IP sockets"));
}

const remedies: readonly { readonly pattern: RegExp; readonly next: string }[] = [
  { pattern: /No space left on device/, next: "free some space, then run the same command again" },
  {
    pattern: /could not (create|resize) shared memory/i,
    next: "give the container more shared memory (docker run --shm-size=256m), then run the same command again",
  },
  {
    pattern: /could not create (any )?(semaphores|Unix-domain|TCP)/i,
    next: "end the program that holds the socket or the port, then run the same command again",
  },
  {
    pattern: /GLIBC|error while loading shared libraries/,
    next: "use a system with a newer glibc, or set SCRATCH_URL",
  },
];
