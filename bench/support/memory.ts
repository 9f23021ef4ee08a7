/** The most memory that a lockstep process held, as Linux counts it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const lockstep = join(import.meta.dirname, "..", "..", "bin", "lockstep.cjs");

export async function peakMegabytes(args: readonly string[], cwd?: string): Promise<number> {
  const child = spawn(process.execPath, [lockstep, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ["ignore", "ignore", "inherit"],
  });
  let kilobytes = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid ?? 0}/status`, "utf8");
      kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? kilobytes);
    } catch {
      // It has ended.
    }
  }, 20);
  await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(timer);
  return Math.round(kilobytes / 1_000);
}
