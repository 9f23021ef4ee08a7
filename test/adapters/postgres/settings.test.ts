import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { environmentParameters, parameters } from "../../../src/adapters/postgres/parameters.ts";
import { findPassword } from "../../../src/adapters/postgres/passfile.ts";
import { resolveTarget, type ConnectionSource } from "../../../src/adapters/postgres/settings.ts";
import { targetLabel, type ConnectionTarget } from "../../../src/adapters/postgres/target.ts";
import { LockstepError } from "../../../src/core/errors.ts";
import { temporaryFolder } from "../../support/folders.ts";

const canary = "c4n4ry/s3cret";

function targetOf(url: string, more: Partial<ConnectionSource> = {}): ConnectionTarget {
  return resolveTarget({ url, environment: {}, ...more });
}

function failureOf(url: string, more: Partial<ConnectionSource> = {}): LockstepError {
  try {
    targetOf(url, more);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error(`expected ${url} to be refused`);
}

describe("a URL", () => {
  test.each([
    ["postgres://ann:pw@db.example.com:6543/shop", "db.example.com", 6543, "ann", "shop"],
    ["postgresql://ann@db/shop", "db", 5432, "ann", "shop"],
    ["POSTGRES://ann@db", "db", 5432, "ann", "ann"],
    ["postgres://ann@[::1]:5433/shop", "::1", 5433, "ann", "shop"],
    ["postgres://%61nn:p%40ss@%2Fvar%2Frun/sh%20op", "/var/run", 5432, "ann", "sh op"],
    ["postgres:///shop?host=/tmp&port=6000&user=ann", "/tmp", 6000, "ann", "shop"],
    ["postgres://ann:a@b@db/shop", "db", 5432, "ann", "shop"],
    ["host=db port=1 user='an n' dbname=it\\'s password='a \\' b'", "db", 1, "an n", "it's"],
    ["", "localhost", 5432, "postgres", "postgres"],
  ])("%s is understood", (url, host, port, user, database) => {
    expect(targetOf(url)).toMatchObject({ host, port, user, database });
  });

  test.each([
    [`postgres://ann:${canary}@db/shop`, "CONNECT.URL_INVALID"],
    ["postgres://ann:100%pw@db/shop", "CONNECT.URL_INVALID"],
    ["postgres://ann:pw@db:99999/shop", "CONNECT.URL_INVALID"],
    ["postgres://ann@db/shop?sslmode", "CONNECT.URL_INVALID"],
    ["postgres://ann%00@db/shop", "CONNECT.URL_INVALID"],
    ["mysql://ann@db/shop", "CONNECT.URL_INVALID"],
    ["just words", "CONNECT.URL_INVALID"],
    ["postgres://one:1,two:2/shop", "CONNECT.SETTING_UNSUPPORTED"],
    ["postgres:///shop?host=one,two", "CONNECT.SETTING_UNSUPPORTED"],
    ["postgres://db/shop?sslcrl=x", "CONNECT.SETTING_UNSUPPORTED"],
    ["postgres://db/shop?target_session_attrs=standby", "CONNECT.SETTING_UNSUPPORTED"],
    ["postgres://db/shop?sslmode=on", "CONNECT.SETTING_INVALID"],
    ["postgres://db/shop?sslrootcert=system&sslmode=require", "CONNECT.SETTING_INVALID"],
    ["postgres://db/shop?connect_timeout=soon", "CONNECT.SETTING_INVALID"],
  ])("%s is refused without being quoted", (url, code) => {
    const error = failureOf(url);
    expect(error.code).toBe(code);
    expect(inspect(error)).not.toMatch(/c4n4ry|s3cret|100%pw/);
  });

  test("any user, password and database survive percent-encoding, and nothing else ever comes out of a URL", async () => {
    const word = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes("\0"));
    await fc.assert(
      fc.asyncProperty(word, word, word, async (user, password, database) => {
        const part = encodeURIComponent;
        const target = targetOf(`postgres://${part(user)}:${part(password)}@h/${part(database)}`);
        expect([target.user, target.database]).toEqual([user, database]);
        expect((await target.password())?.reveal()).toBe(password);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          targetOf(`postgres://${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(LockstepError);
        }
      }),
    );
  });
});

describe("parameters", () => {
  test("those of other tools are understood, or named as ignored in one line each", () => {
    const target = targetOf(
      "postgres://h/d?schema=app&pgbouncer=true&connection_limit=1&pool_timeout=2&strange=%0Ax",
    );
    expect(target.notes).toEqual([
      "the connection parameter pgbouncer is ignored: a pooler is recognised by itself",
      "the connection parameter connection_limit is ignored: lockstep keeps no connection pool",
      "the connection parameter pool_timeout is ignored: lockstep keeps no connection pool",
      "the connection parameter strange is not known to lockstep and is ignored",
    ]);
  });

  test("every variable of libpq gives a default for a parameter that is in the table", () => {
    for (const [, parameter] of environmentParameters) expect(parameters.has(parameter)).toBe(true);
  });
});

describe("the environment", () => {
  const environment = {
    PGHOST: "env.example.com",
    PGHOSTADDR: "10.0.0.1",
    PGPORT: "6000",
    PGUSER: "env",
    PGDATABASE: "envdb",
    PGPASSWORD: canary,
    PGSSLMODE: "disable",
    PGAPPNAME: "app",
    PGOPTIONS: "-c geqo=off",
    PGCONNECT_TIMEOUT: "3",
  };

  test("says what the URL does not", async () => {
    const target = targetOf("", { environment });
    expect(target).toMatchObject({
      ...{ host: "env.example.com", address: "10.0.0.1", port: 6000, user: "env" },
      ...{ database: "envdb", applicationName: "app", options: "-c geqo=off" },
      connectTimeoutMs: 3_000,
    });
    expect(target.tls.mode).toBe("disable");
    expect((await target.password())?.reveal()).toBe(canary);
  });

  test("gives way to the parts of a config, and these to the URL", () => {
    const parts = { host: "parts", user: "parts", database: "parts" };
    const target = targetOf("postgres://url/", { environment, parts });
    expect([target.host, target.user, target.database]).toEqual(["url", "parts", "parts"]);
    expect(target.address).toBeUndefined();
  });
});

describe("a service", () => {
  const files = {
    home: `# of mine
[shopping]
host=other
[shop]
host=db.example.com
port=6000
host=second.example.com
sslmode=verify-ca
 user=ann
password= with blank
[broken]
host = db
[nested]
service=shop
[far]
ldap://directory/dc=x
[odd]
nonsense
`,
    system: "[shop]\nhost=system\n[shared]\nhost=shared.example.com\n",
  };

  async function places(): Promise<Partial<ConnectionSource> & { readonly folder: string }> {
    const folder = await temporaryFolder("service");
    await writeFile(join(folder, ".pg_service.conf"), files.home);
    await writeFile(join(folder, "pg_service.conf"), files.system);
    return { folder, homeFolder: folder, environment: { PGSYSCONFDIR: folder } };
  }

  test("is nearer than the environment and farther than what is given", async () => {
    const { environment, ...more } = await places();
    const full = { ...environment, PGSERVICE: "shop", PGUSER: "env", PGHOSTADDR: "10.0.0.1" };
    const target = targetOf("postgres://:7000/given", { ...more, environment: full });
    expect(target).toMatchObject({ host: "db.example.com", port: 7_000, user: "ann" });
    expect([target.database, target.address, target.tls.mode]).toEqual([
      ...["given", undefined, "verify-ca"],
    ]);
    expect((await target.password())?.reveal()).toBe(" with blank");
    expect(target.notes).toEqual([]);
  });

  test("is named in a URL or in parts, and looked for in the machine's own file, too", async () => {
    const { folder, ...source } = await places();
    expect(targetOf("postgres:///?service=shared", source).host).toBe("shared.example.com");
    expect(targetOf("", { ...source, parts: { service: "shop" } }).host).toBe("db.example.com");
    const file = join(folder, "pg_service.conf");
    const environment = { PGSERVICE: "shop", PGSERVICEFILE: file };
    expect(targetOf("", { ...source, environment }).host).toBe("system");
    const url = `postgres:///?service=shop&servicefile=${encodeURIComponent(file)}`;
    expect(targetOf(url, source).host).toBe("system");
  });

  test("that is not there, or is not understood, is refused with its place", async () => {
    const { folder, ...source } = await places();
    const refused = (name: string): LockstepError => failureOf(`service=${name}`, source);
    const file = join(folder, ".pg_service.conf");
    expect(refused("absent").message).toBe(
      `the service absent is not defined in ${file} nor in ${join(folder, "pg_service.conf")}`,
    );
    expect(refused("broken")).toMatchObject({ where: { file, line: 12 } });
    expect(refused("nested").message).toContain("names another service");
    expect(refused("far").message).toContain("LDAP");
    expect(refused("odd").message).toContain("not NAME=value");
    const elsewhere = failureOf("service=shop servicefile=/no/such/file", source);
    expect(elsewhere.code).toBe("CONNECT.FILE_UNREADABLE");
    expect(failureOf("service=shop", { homeFolder: "/no/such/folder" }).code).toBe(
      "CONNECT.SETTING_INVALID",
    );
  });
});

describe("sslmode by default", () => {
  test.each([
    ["postgres://localhost/d", "prefer"],
    ["postgres://127.0.0.1/d", "prefer"],
    ["postgres://127.1.2.3/d", "prefer"],
    ["postgres://[::1]/d", "prefer"],
    ["postgres:///d?host=/tmp", "prefer"],
    ["postgres://db/d", "verify-full"],
    ["postgres://localhost.example.com/d", "verify-full"],
    ["postgres://10.0.0.1/d", "verify-full"],
    ["postgres://db/d?ssl=false", "disable"],
    ["postgres://db/d?ssl=no-verify", "require"],
  ])("%s: %s", (url, mode) => {
    expect(targetOf(url).tls.mode).toBe(mode);
  });
});

describe("the password file", () => {
  const place = { host: "db", port: "5432", database: "shop", user: "ann" };

  test("the first line that fits wins, with wildcards, escapes and comments", () => {
    const text = `#db:5432:shop:ann:no
other:*:*:*:no
db:5432:shop:bob:no
db:*:shop:ann:p\\:a\\\\ss:word
*:*:*:*:late`;
    expect(findPassword(text, place)).toBe("p:a\\ss:word");
    expect(findPassword("db:5432:shop:ann", place)).toBeUndefined();
    expect(findPassword("localhost:*:*:*:socket\r\n", { ...place, host: "/tmp" })).toBe("socket");
  });

  test("is read only when asked, and refused when others can read it", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "pass");
    const target = targetOf("postgres://ann@db/shop", { environment: { PGPASSFILE: path } });
    expect(await target.password()).toBeUndefined();
    await writeFile(path, `*:*:*:*:${canary}\n`);
    await chmod(path, 0o644);
    await expect(target.password()).rejects.toMatchObject({ code: "CONNECT.FILE_UNREADABLE" });
    await chmod(path, 0o600);
    expect((await target.password())?.reveal()).toBe(canary);
  });
});

test("a target shows no password, however it is printed", async () => {
  const part = encodeURIComponent(canary);
  const target = targetOf(`postgres://ann:${part}@db/shop?sslpassword=${part}`);
  const password = await target.password();
  const shown = [
    targetLabel(target),
    JSON.stringify(target),
    inspect(target, { depth: 9, showHidden: true }),
    JSON.stringify(password),
    inspect(password),
    `${password}`,
  ];
  expect(targetLabel(target)).toBe("shop on db:5432 as ann");
  for (const text of shown) expect(text).not.toContain(canary);
});
