/**
 * Who runs the server. PostgreSQL refuses to run as root, so root lends it another user's id; everybody else runs
 * it as themselves.
 */
import { readFile } from "node:fs/promises";
import { LockstepError } from "../../core/errors.ts";
import type { ProcessUser } from "../node/processes.ts";

/** Undefined: as the user that we are. */
export async function serverUser(): Promise<ProcessUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await readFile("/etc/passwd", "utf8").catch(() => "");
  const lines = users.split("\n").map((line) => line.split(":"));
  for (const name of ["nobody", "daemon"]) {
    const fields = lines.find((line) => line[0] === name);
    const uid = Number(fields?.[2]);
    const gid = Number(fields?.[3]);
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new LockstepError(
    "EMBEDDED.USER",
    "PostgreSQL does not run as root, and no other user is known here",
    {
      next: "add a user (`nobody`) to /etc/passwd, or run lockstep as an ordinary user",
    },
  );
}
