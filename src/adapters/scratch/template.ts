/**
 * An empty cluster, made by initdb once per server version and copied from then on: copying takes a tenth of the
 * time. The template is never started.
 */
import { randomBytes } from "node:crypto";
import { chmod, chown, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LockstepError } from "../../core/errors.ts";
import { runProcess, type RunResult } from "../node/processes.ts";
import { adoptOrDiscard, type InstalledServer, isFolder, programPath } from "./installed-server.ts";
import { removeUnfinished, temporaryName } from "./temporary-name.ts";

/** Raise it when the arguments of initdb change: an old template must not be taken for a new one. */
const templateFormat = 1;
export const superuser = "postgres";

interface Template {
  readonly folder: string;
  readonly password: string;
}

/** Copies the template to a folder that does not exist yet; gives the superuser's password. */
export async function copyTemplate(
  server: InstalledServer,
  cache: string,
  dataFolder: string,
): Promise<string> {
  const template = await ensureTemplate(server, cache);
  const unfinished = temporaryName(dataFolder);
  const failure =
    (await copyFolder(join(template.folder, "data"), unfinished)) ??
    (await rename(unfinished, dataFolder).then(() => undefined, String));
  if (failure === undefined) return template.password;
  await rm(unfinished, { recursive: true, force: true });
  throw new LockstepError("EMBEDDED.FOLDER", `a new cluster cannot be written to ${dataFolder}`, {
    notes: [failure],
    next: "free some space there, or set LOCKSTEP_CACHE to another folder",
  });
}

async function ensureTemplate(server: InstalledServer, cache: string): Promise<Template> {
  const folder = join(cache, "templates", `${server.version}-${templateFormat}`);
  if (!(await isFolder(folder))) await makeTemplate(server, folder);
  const password = await readFile(join(folder, "password"), "utf8");
  return { folder, password: password.trim() };
}

async function makeTemplate(server: InstalledServer, folder: string): Promise<void> {
  const unfinished = temporaryName(folder);
  const data = join(unfinished, "data");
  const passwordFile = join(unfinished, "password");
  try {
    await mkdir(dirname(folder), { recursive: true });
    await removeUnfinished(folder);
    await mkdir(data, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${randomBytes(18).toString("base64url")}\n`, { mode: 0o600 });
    if (server.user !== undefined) {
      for (const path of [unfinished, data, passwordFile])
        await chown(path, server.user.uid, server.user.gid);
    }
    const result = await runProcess(
      programPath(server, "initdb"),
      initdbArguments(data, passwordFile),
      {
        env: serverEnvironment(),
        cwd: unfinished,
        user: server.user,
      },
    );
    if (result.exitCode !== 0) throw initdbError(server, result);
    await chmod(unfinished, 0o700);
    await adoptOrDiscard(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

function initdbArguments(data: string, passwordFile: string): readonly string[] {
  return [
    ...["-D", data, "-U", superuser, "--pwfile", passwordFile],
    // The socket lies in a folder that only its owner can enter; over TCP a password is asked for.
    ...["--auth-local=trust", "--auth-host=scram-sha-256"],
    // The same order and the same words on every machine.
    ...["--encoding=UTF8", "--locale=C", "--text-search-config=english"],
    // Small log segments halve what is copied per cluster.
    ...["--wal-segsize=1", "--no-sync", "--no-instructions"],
  ];
}

/** What the server's programs may know of our environment: nothing that changes their behaviour. */
export function serverEnvironment(): Record<string, string | undefined> {
  const kept = ["PATH", "SystemRoot", "TEMP", "TMP"];
  const environment = Object.fromEntries(kept.map((name) => [name, process.env[name]]));
  return { ...environment, LC_ALL: "C", TZ: "UTC" };
}

function initdbError(server: InstalledServer, result: RunResult): LockstepError {
  const notes = [...result.stderr.trim().split("\n").slice(-6)];
  if (result.spawnError !== undefined) {
    return cannotRunError(server, result.spawnError);
  }
  if (/user does not exist|look up effective user/.test(result.stderr)) {
    return new LockstepError(
      "EMBEDDED.USER",
      "this user has no entry in /etc/passwd, which initdb needs",
      {
        notes,
        next: "add an entry for this user id, or set SCRATCH_URL to a PostgreSQL server of your own",
      },
    );
  }
  if (result.stdout === "" && /not found|error while loading|GLIBC/.test(result.stderr)) {
    return new LockstepError(
      "EMBEDDED.PLATFORM",
      "the embedded PostgreSQL does not run on this system",
      {
        notes,
      },
    );
  }
  return new LockstepError("EMBEDDED.INITDB_FAILED", `initdb ${server.version} failed`, { notes });
}

/** Why a program that exists could not begin. */
export function cannotRunError(
  server: InstalledServer,
  error: NodeJS.ErrnoException,
): LockstepError {
  if (error.code === "ENOENT" && process.platform === "linux") {
    return new LockstepError(
      "EMBEDDED.PLATFORM",
      "the embedded PostgreSQL needs glibc, and this system has none",
      {
        next: "use an image with glibc (Debian, Ubuntu, ...), or set SCRATCH_URL to a server of your own",
        notes: [String(error)],
      },
    );
  }
  if (error.code === "EPERM") {
    return new LockstepError(
      "EMBEDDED.USER",
      "PostgreSQL does not run as root, and we may not become another user",
      {
        next: "run lockstep as an ordinary user, or set SCRATCH_URL to a PostgreSQL server of your own",
        notes: [String(error)],
      },
    );
  }
  return new LockstepError(
    "EMBEDDED.CANNOT_RUN",
    `PostgreSQL's programs in ${server.folder} cannot be run`,
    {
      next: "set LOCKSTEP_CACHE to a folder on a file system that allows programs (not `noexec`)",
      notes: [String(error)],
    },
  );
}

/** Undefined when it is done; otherwise why it is not. */
async function copyFolder(from: string, to: string): Promise<string | undefined> {
  if (process.platform !== "win32") {
    // One process that keeps owners and modes is several times faster than a call of ours per file.
    const result = await runProcess("cp", ["-Rp", from, to]);
    if (result.exitCode === 0) return undefined;
    await rm(to, { recursive: true, force: true });
    if (result.spawnError === undefined) return result.stderr.trim();
  }
  return await cp(from, to, { recursive: true, preserveTimestamps: true }).then(
    () => undefined,
    String,
  );
}
