/** A real pgbouncer in transaction mode in front of a test's server, where one is installed. */
import { execFileSync, spawn } from "node:child_process";
import { chmod, chown, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./folders.ts";

/** Undefined when there is no pgbouncer on this machine. */
export const pgbouncerProgram: string | undefined = findProgram();

function findProgram(): string | undefined {
  try {
    return execFileSync("sh", ["-c", "command -v pgbouncer"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

/** Nobody; pgbouncer does not run as root. */
const otherUser = 65_534;

/** Its URL for the same database; stopped when the test has finished. */
export async function startPgbouncer(program: string, url: string): Promise<string> {
  const target = new URL(url);
  const folder = await temporaryFolder("pgbouncer");
  const port = await freePort();
  const password = decodeURIComponent(target.password);
  const settings = `[databases]
* = host=${target.hostname} port=${target.port} user=${decodeURIComponent(target.username)} password='${password}'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
`;
  await writeFile(`${folder}/pgbouncer.ini`, settings);
  if (process.getuid?.() === 0) {
    await chown(folder, otherUser, otherUser);
    await chmod(`${folder}/pgbouncer.ini`, 0o644);
  }
  const user = process.getuid?.() === 0 ? { uid: otherUser, gid: otherUser } : {};
  const child = spawn(program, [`${folder}/pgbouncer.ini`], { stdio: "ignore", ...user });
  onTestFinished(() => void child.kill("SIGKILL"));
  await answering(port);
  target.host = `127.0.0.1:${port}`;
  return target.href;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, "127.0.0.1", () => {
      const { port } = listener.address() as AddressInfo;
      listener.close(() => resolve(port));
    });
  });
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((later) => setTimeout(later, 50));
  }
}
