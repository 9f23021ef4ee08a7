/** libpq's sslmode words against a server that speaks TLS, whose certificate each test chooses. */
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { postgresDatabase } from "../../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../../src/adapters/postgres/settings.ts";
import { tlsModes } from "../../../src/adapters/postgres/target.ts";
import { cacheFolder } from "../../../src/adapters/scratch/cache-folder.ts";
import { ensureCluster, stopCluster } from "../../../src/adapters/scratch/cluster.ts";
import { endpointUrl } from "../../../src/adapters/scratch/endpoint.ts";
import type { InstalledServer } from "../../../src/adapters/scratch/installed-server.ts";
import { LockstepError } from "../../../src/core/errors.ts";
import type { Session } from "../../../src/ports/database.ts";
import { issue, makeAuthority, openssl, type Issued } from "../../support/certificates.ts";
import { newestMajor, testServer } from "../../support/servers.ts";
import { testDatabase } from "../../support/database.ts";

const folder = mkdtempSync(join(tmpdir(), "lockstep-tls-"));
const home = join(folder, "cluster");
let server: InstalledServer;
let url = "";
let port = 0;
let authority: Issued;
let stranger: Issued;
let good: Issued;
let expired: Issued;
let elsewhere: Issued;

/** The server reads its certificate when it is told to; sessions that exist keep theirs. */
async function serve(issued: Issued): Promise<void> {
  for (const [from, to] of [
    [issued.certificate, "server.crt"],
    [issued.key, "server.key"],
    [authority.certificate, "ca.crt"],
  ] as const) {
    const path = join(folder, to);
    copyFileSync(from, path);
    chmodSync(path, 0o600);
    if (server.user !== undefined) chownSync(path, server.user.uid, server.user.gid);
  }
  if (url === "") return;
  const session = await postgresDatabase(
    resolveTarget({ url: `${url}?sslmode=disable`, environment: {} }),
  ).connect();
  await session.query("select pg_reload_conf()");
  await session.close();
  // The postmaster reads its files a moment after it was told.
  await new Promise((later) => setTimeout(later, 300));
}

beforeAll(async () => {
  if (openssl === undefined) return;
  chmodSync(folder, 0o755);
  server = await testServer(newestMajor);
  authority = makeAuthority(folder, "authority");
  stranger = makeAuthority(folder, "stranger");
  const names = "DNS:localhost,IP:127.0.0.1";
  good = issue(folder, { name: "good", authority, alternativeNames: names, days: 2 });
  expired = issue(folder, { name: "expired", authority, alternativeNames: names, days: -1 });
  elsewhere = issue(folder, {
    ...{ name: "elsewhere", authority, days: 2 },
    alternativeNames: "DNS:db.example.com",
  });
  await serve(good);
  const hba = join(folder, "pg_hba.conf");
  const rules = `local all all trust
hostnossl all plainless 127.0.0.1/32 reject
hostssl all certified 127.0.0.1/32 cert
host all md5ed 127.0.0.1/32 md5
host all spoken 127.0.0.1/32 password
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
`;
  writeFileSync(hba, rules, { mode: 0o644 });
  const settings = {
    ...{ fsync: "off", ssl: "on", hba_file: hba },
    ssl_cert_file: join(folder, "server.crt"),
    ssl_key_file: join(folder, "server.key"),
    ssl_ca_file: join(folder, "ca.crt"),
  };
  const cluster = await ensureCluster({
    ...{ home, server, settings, cache: await cacheFolder(process.env) },
    ...{ tcp: true, keepData: false, idleSeconds: 60 },
  });
  url = endpointUrl(cluster.endpoint, "postgres", "tcp");
  port = Number(new URL(url).port);
  const session = await connect("sslmode=disable");
  await session.script(`create role plainless login password 'p';
    create role certified login;
    set password_encryption = 'md5'; create role md5ed login password 'm';
    create role spoken login password 's'; reset password_encryption;
    create role umlaut login password 'I${"\u00ad"}X ${"\u2168"}'`);
  await session.close();
});

afterAll(async () => {
  if (openssl !== undefined) await stopCluster(home, server, "immediate");
  rmSync(folder, { recursive: true, force: true });
});

interface As {
  readonly host?: string;
  readonly user?: string;
  readonly password?: string;
}

async function connect(parameters: string, as: As = {}): Promise<Session> {
  const address = new URL(url);
  address.search = parameters;
  if (as.host !== undefined) address.hostname = as.host;
  if (as.user !== undefined) address.username = as.user;
  if (as.password !== undefined) address.password = as.password;
  const environment = { HOME: folder };
  return postgresDatabase(resolveTarget({ url: address.href, environment })).connect();
}

async function isEncrypted(parameters: string, as: As = {}): Promise<boolean> {
  const session = await connect(parameters, as);
  onTestFinished(() => session.close());
  const [row] = await session.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
  return row?.["ssl"] === true;
}

async function codeOf(parameters: string, as: As = {}): Promise<string> {
  try {
    await (await connect(parameters, as)).close();
    return "connected";
  } catch (error) {
    return error instanceof LockstepError ? error.code : String(error);
  }
}

const root = (issued: Issued): string => `&sslrootcert=${encodeURIComponent(issued.certificate)}`;

describe.skipIf(openssl === undefined)("with TLS (skipped where there is no openssl)", () => {
  test("disable and allow go unencrypted, the other words encrypted", async () => {
    await serve(good);
    expect(await isEncrypted("sslmode=disable")).toBe(false);
    expect(await isEncrypted("sslmode=allow")).toBe(false);
    expect(await isEncrypted("sslmode=prefer")).toBe(true);
    expect(await isEncrypted("sslmode=require")).toBe(true);
    expect(await isEncrypted(`sslmode=verify-ca${root(authority)}`)).toBe(true);
    expect(await isEncrypted(`sslmode=verify-full${root(authority)}`)).toBe(true);
    expect(await isEncrypted("")).toBe(true);
  });

  test("allow encrypts when the server insists, and prefer goes without when the server has none", async () => {
    const as = { user: "plainless", password: "p" };
    expect(await isEncrypted("sslmode=allow", as)).toBe(true);
    expect(await codeOf("sslmode=disable", as)).toBe("CONNECT.REJECTED");
    const plain = await testDatabase();
    const session = await postgresDatabase(
      resolveTarget({ url: `${plain.url}?sslmode=prefer`, environment: {} }),
    ).connect();
    await session.close();
    const required = postgresDatabase(
      resolveTarget({ url: `${plain.url}?sslmode=require`, environment: {} }),
    ).connect();
    await expect(required).rejects.toMatchObject({ code: "CONNECT.TLS_UNSUPPORTED" });
  });

  test("an authority that is not trusted: require accepts it, require with sslrootcert and the verify words do not", async () => {
    await serve(good);
    expect(await codeOf("sslmode=require")).toBe("connected");
    expect(await codeOf(`sslmode=require${root(stranger)}`)).toBe("CONNECT.TLS_UNTRUSTED");
    expect(await codeOf(`sslmode=verify-ca${root(stranger)}`)).toBe("CONNECT.TLS_UNTRUSTED");
    expect(await codeOf(`sslmode=verify-full${root(stranger)}`)).toBe("CONNECT.TLS_UNTRUSTED");
    expect(await codeOf("sslmode=verify-full")).toBe("CONNECT.TLS_UNTRUSTED");
    expect(await codeOf("sslrootcert=system")).toBe("CONNECT.TLS_UNTRUSTED");
    expect(await codeOf("ssl=true")).toBe("CONNECT.TLS_UNTRUSTED");
    expect(await codeOf("sslaccept=strict")).toBe("CONNECT.TLS_UNTRUSTED");
    expect(await codeOf("sslaccept=accept_invalid_certs")).toBe("connected");
  });

  test("a certificate for another host: only verify-full minds", async () => {
    await serve(elsewhere);
    expect(await codeOf(`sslmode=verify-full${root(authority)}`)).toBe("CONNECT.TLS_HOST");
    expect(await codeOf(`sslmode=verify-ca${root(authority)}`)).toBe("connected");
    expect(await codeOf(`sslmode=require${root(authority)}`)).toBe("connected");
    const named = `host=db.example.com&hostaddr=127.0.0.1&sslmode=verify-full${root(authority)}`;
    expect(await codeOf(named)).toBe("connected");
  });

  test("a host that is not local is verified without being asked", async () => {
    await serve(elsewhere);
    expect(await codeOf("host=db.example.com&hostaddr=127.0.0.1")).toBe("CONNECT.TLS_UNTRUSTED");
  });

  test("an expired certificate: the words that verify refuse it", async () => {
    await serve(expired);
    expect(await codeOf(`sslmode=verify-full${root(authority)}`)).toBe("CONNECT.TLS_EXPIRED");
    expect(await codeOf(`sslmode=verify-ca${root(authority)}`)).toBe("CONNECT.TLS_EXPIRED");
    expect(await codeOf("sslmode=require")).toBe("connected");
  });

  test("an address in the certificate is verified as an address", async () => {
    await serve(good);
    const full = `sslmode=verify-full${root(authority)}`;
    expect(await codeOf(full, { host: "127.0.0.1" })).toBe("connected");
    expect(await codeOf(full, { host: "localhost" })).toBe("connected");
    await serve(elsewhere);
    expect(await codeOf(full, { host: "127.0.0.1" })).toBe("CONNECT.TLS_HOST");
  });

  test("a client's certificate gets in where the server asks for one", async () => {
    await serve(good);
    const client = issue(folder, { name: "certified", authority, days: 2 });
    const key = encodeURIComponent(client.key);
    const pair = `sslmode=require&sslcert=${encodeURIComponent(client.certificate)}&sslkey=${key}`;
    expect(await codeOf(pair, { user: "certified" })).toBe("connected");
    expect(await codeOf("sslmode=require", { user: "certified" })).toBe("CONNECT.REJECTED");
    expect(await codeOf("sslmode=require&sslcert=/no/such/file")).toBe("CONNECT.FILE_UNREADABLE");
  });

  test("channel binding is used over TLS, required when asked for, and missing without TLS", async () => {
    await serve(good);
    expect(await codeOf("sslmode=require&channel_binding=require")).toBe("connected");
    expect(await codeOf("sslmode=require&channel_binding=disable")).toBe("connected");
    expect(await codeOf("sslmode=disable&channel_binding=require")).toBe("CONNECT.AUTH");
    const spoken = { user: "spoken", password: "s" };
    expect(await codeOf("sslmode=require&channel_binding=require", spoken)).toBe("CONNECT.AUTH");
  });

  test("every way of saying the password is spoken, and a wrong one is told", async () => {
    expect(await codeOf("", { user: "md5ed", password: "m" })).toBe("connected");
    expect(await codeOf("", { user: "spoken", password: "s" })).toBe("connected");
    expect(await codeOf("", { user: "umlaut", password: "IX IX" })).toBe("connected");
    for (const user of ["md5ed", "spoken", "umlaut", "postgres"]) {
      expect(await codeOf("", { user, password: "wrong" })).toBe("CONNECT.AUTH");
      expect(await codeOf("", { user, password: "" })).toBe("CONNECT.PASSWORD_MISSING");
    }
  });

  test("a statement is cancelled over TLS, too", async () => {
    const session = await connect("sslmode=require");
    onTestFinished(() => session.close());
    const slow = session.query("select pg_sleep(20)");
    const settled = slow.then(
      () => "done",
      () => "cancelled",
    );
    await new Promise((later) => setTimeout(later, 100));
    await session.cancel();
    expect(await settled).toBe("cancelled");
    expect(port).toBeGreaterThan(0);
  });
});

const psql = hasPsql() && openssl !== undefined;

function hasPsql(): boolean {
  try {
    execFileSync("psql", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

type Way = "encrypted" | "plain" | "refused";

interface Said {
  readonly url: string;
  readonly environment?: Readonly<Record<string, string>>;
}

async function waysOf({ url: address, environment }: Said): Promise<{
  readonly ours: Way;
  readonly theirs: Way;
}> {
  const surroundings = { HOME: folder, ...environment };
  const options = ["-X", "-A", "-t", "-c", encryptedQuery, "-d", address];
  const theirs = execFileAsync("psql", options, {
    env: { PATH: process.env["PATH"], ...surroundings },
  }).then(
    ({ stdout }): Way => (stdout.trim() === "t" ? "encrypted" : "plain"),
    (): Way => "refused",
  );
  const target = { url: address, environment: surroundings, homeFolder: folder };
  const ours = postgresDatabase(resolveTarget(target))
    .connect()
    .then(
      async (session): Promise<Way> => {
        const [row] = await session.query(encryptedQuery);
        await session.close();
        return row?.["ssl"] === true ? "encrypted" : "plain";
      },
      (): Way => "refused",
    );
  return { ours: await ours, theirs: await theirs };
}

const encryptedQuery = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
const execFileAsync = promisify(execFile);

describe.skipIf(!psql)("as psql has it (skipped where there is no psql or no openssl)", () => {
  const withParameters = (address: string, parameters: string): string => {
    const changed = new URL(address);
    changed.search = parameters;
    return changed.href;
  };

  test("every word, with the right authority, a stranger's and none, for this host's name and another's", async () => {
    const found: string[] = [];
    for (const [served, certificate] of [
      ["good", good],
      ["elsewhere", elsewhere],
    ] as const) {
      await serve(certificate);
      for (const mode of tlsModes) {
        for (const [named, trusted] of [
          ["authority", root(authority)],
          ["stranger", root(stranger)],
          ["none", ""],
        ] as const) {
          const said = { url: withParameters(url, `sslmode=${mode}${trusted}`) };
          const { ours, theirs } = await waysOf(said);
          if (ours !== theirs) found.push(`${served} ${mode} ${named}: ${ours}, psql ${theirs}`);
        }
      }
    }
    // libpq gives up TLS where it can't verify whom nobody asked it to verify; encrypted is no worse.
    expect(found).toEqual([
      "good prefer stranger: encrypted, psql plain",
      "elsewhere prefer stranger: encrypted, psql plain",
    ]);
  });

  test("the word in PGSSLMODE and in a service file means the same, and the nearer one counts", async () => {
    await serve(good);
    const plain = (await testDatabase()).url;
    const file = join(folder, ".pg_service.conf");
    for (const address of [url, plain]) {
      for (const mode of tlsModes) {
        writeFileSync(file, `[tls]\nsslmode=${mode}\nsslrootcert=${authority.certificate}\n`);
        const trusted = { PGSSLROOTCERT: authority.certificate };
        const bare = withParameters(address, "");
        const [byUrl, byVariable, byService] = [
          await waysOf({ url: withParameters(address, `sslmode=${mode}${root(authority)}`) }),
          await waysOf({ url: bare, environment: { ...trusted, PGSSLMODE: mode } }),
          await waysOf({
            url: withParameters(address, "service=tls"),
            environment: { PGSSLMODE: "verify-full", PGSSLROOTCERT: stranger.certificate },
          }),
        ];
        for (const { ours, theirs } of [byUrl, byVariable, byService]) {
          expect([mode, ours]).toEqual([mode, theirs]);
        }
        expect(byVariable).toEqual(byUrl);
        expect(byService).toEqual(byUrl);
      }
    }
    rmSync(file);
  });

  test("require with an authority in ~/.postgresql verifies, as libpq's manual has it", async () => {
    await serve(good);
    const own = join(folder, ".postgresql");
    mkdirSync(own, { recursive: true });
    onTestFinished(() => rmSync(own, { recursive: true }));
    for (const [issued, way] of [
      [authority, "encrypted"],
      [stranger, "refused"],
    ] as const) {
      copyFileSync(issued.certificate, join(own, "root.crt"));
      for (const mode of ["require", "verify-ca", "verify-full"]) {
        const said = { url: withParameters(url, `sslmode=${mode}`) };
        expect(await waysOf(said)).toEqual({ ours: way, theirs: way });
      }
    }
  });
});
