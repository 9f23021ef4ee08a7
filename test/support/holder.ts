/** A process of its own that holds a scratch database, for tests of what happens when it is killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { isAlive } from "../../src/adapters/node/processes.ts";
import { bareEnvironment } from "./lockstep.ts";

export interface Holder {
  readonly child: ChildProcess;
  /** The server's process id, its data folder, and the database's name. */
  readonly server: number;
  readonly data: string;
  readonly name: string;
  readonly uid: number;
  /** Lets it end in its own way. */
  finish(): Promise<void>;
  kill(): Promise<void>;
}

export interface HolderOptions {
  readonly cache: string;
  readonly isolation: "database" | "cluster";
  readonly cwd?: string;
  /** As whom it runs; only root may say. */
  readonly uid?: number;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

export async function startHolder(options: HolderOptions): Promise<Holder> {
  const loader = join(root, "node_modules", "jiti", "lib", "jiti-cli.mjs");
  const program = join(root, "test", "support", "programs", "hold-scratch.ts");
  const child = spawn(process.execPath, [loader, program, options.isolation], {
    cwd: options.cwd ?? root,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...bareEnvironment(), LOCKSTEP_CACHE: options.cache, JITI_FS_CACHE: "false" },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said: unknown = JSON.parse(await firstLine(child));
  // The program that says this is ours.
  const facts = said as Pick<Holder, "server" | "data" | "name" | "uid">;
  const ended = once(child, "exit");
  const finish = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return { child, ...facts, finish, kill };
}

/** How many milliseconds it took until the process had ended; fails after the limit. */
export async function millisecondsUntilEnded(pid: number, limitMs: number): Promise<number> {
  const start = performance.now();
  while (isAlive(pid)) {
    if (performance.now() - start > limitMs)
      throw new Error(`process ${pid} still runs after ${limitMs} ms`);
    await sleep(20);
  }
  return performance.now() - start;
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes("\n")) return text;
  }
  throw new Error("the holder ended before it had a database");
}
