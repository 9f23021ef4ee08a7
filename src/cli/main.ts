/**
 * The process: the only file that ends it. `--version` is answered before anything else is loaded; all the rest is
 * in run.ts.
 */
import { toolVersion } from "../core/version.ts";

const argv = process.argv.slice(2);

if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  process.stdout.write(`${toolVersion}\n`);
} else {
  void main();
}

async function main(): Promise<void> {
  const { run } = await import("./run.ts");
  const code = await run({
    argv,
    environment: process.env,
    workingFolder: process.cwd(),
    // Opened only when somebody could be asked.
    stdin: {
      get isTTY() {
        return process.stdin.isTTY;
      },
    },
    stdout: process.stdout,
    stderr: process.stderr,
    signals: process,
    endNow: () => process.exit(3),
  });
  process.exit(code);
}
