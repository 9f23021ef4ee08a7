/** The most memory that a lockstep process held, as Linux counts it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const lockstep = join(import.meta.dirname, "..", "..", "bin", "lockstep.cjs");

/** `heap`: no more megabytes than these for what lives long in JavaScript's heap. Throws when the process failed. */
export async function peakMegabytes(
  args: readonly string[],
  { cwd, heap }: { readonly cwd?: string; readonly heap?: number } = {},
): Promise<number> {
  const limit = heap === undefined ? [] : [`--max-old-space-size=${heap}`];
  const child = spawn(process.execPath, [...limit, lockstep, ...args], {
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
  const code = await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`lockstep ${args[0] ?? ""} ended with ${String(code)}`);
  return Math.round(kilobytes / 1_000);
}
