import { describe, expect, test } from "vitest";
import { configFileNames, readConfig } from "../../../src/adapters/node/config.ts";
import { nodeFiles } from "../../../src/adapters/node/files.ts";
import { LockstepError } from "../../../src/core/errors.ts";
import type { Config } from "../../../src/project/config.ts";
import { configAliases, configKeys } from "../../../src/project/config/keys.ts";
import { defaultConfig, findTarget } from "../../../src/project/config/read.ts";
import { targetKeys } from "../../../src/project/config/targets.ts";
import { folderWith } from "../../support/folders.ts";

type Content = Readonly<Record<string, string>>;

async function configOf(content: Content, environment: Content = {}): Promise<Config> {
  return readConfig({ files: nodeFiles(await folderWith(content)), environment });
}

async function failure(content: Content, environment: Content = {}): Promise<LockstepError> {
  const failed = await configOf(content, environment).catch((error: unknown) => error);
  if (failed instanceof LockstepError) return failed;
  return expect.fail(`not refused as expected: ${String(failed)}`);
}

const modules: Content = {
  ts: 'import { defineConfig } from "pg-lockstep";\nconst scope: string = "shop";\nexport default defineConfig({ scope });\n',
  mts: 'export default { scope: "shop" as string };\n',
  js: 'export default { scope: "shop" };\n',
  mjs: 'export default async () => ({ scope: "shop" });\n',
  cjs: 'module.exports = { scope: "shop" };\n',
  json: '{ "scope": "shop" }\n',
};

describe("a config may be written as", () => {
  test.each(configFileNames)("%s", async (file) => {
    const content = { [file]: modules[file.split(".").at(-1) ?? ""] ?? "" };
    expect(await configOf(content)).toEqual({ ...defaultConfig, file, scope: "shop" });
  });

  test("nothing at all", async () => {
    expect(await configOf({})).toEqual(defaultConfig);
  });
});

test("every key is read into what the rest of lockstep sees", async () => {
  const whole = {
    scope: "billing",
    strategy: "declarative",
    baseline: { path: ["./a.sql", "b.sql"], includes: "004" },
    schema: { command: "print-schema" },
    migrations: "./db/migrations/",
    seeds: "seed.sql",
    targets: { test: "postgres://h/d" },
    settings: { "storage.multitenant": true },
    variables: { size: 3 },
    lockTimeout: "1.5s",
    lockRetries: 0,
    statementTimeout: "2min",
    allowOutOfOrder: true,
    startingPoints: "releases/v1.0.0/schema.sql",
    equality: "strict",
    exceptions: [{ object: "table:public.a", attribute: "type", values: ["x", "y"], reason: "r" }],
    additive: true,
    columnOrder: "rebuild",
    allowDrop: "index",
    backup: "never",
    hooks: {},
    owner: "app",
    roles: "app_*",
  };
  const words = new Map(Object.entries(configAliases));
  const spoken = Object.keys(whole).map((key) => words.get(key) ?? key);
  expect(spoken.toSorted()).toEqual(configKeys.map(({ key }) => key).toSorted());
  expect(await configOf({ "lockstep.config.json": JSON.stringify(whole) })).toEqual({
    file: "lockstep.config.json",
    scope: "billing",
    strategy: "declarative",
    baseline: { paths: ["a.sql", "b.sql"], includes: "004" },
    declared: { kind: "command", command: "print-schema", timeoutMs: 120_000 },
    migrations: "db/migrations",
    seeds: ["seed.sql"],
    targets: {
      test: {
        name: "test",
        url: "postgres://h/d",
        directUrl: undefined,
        parts: {},
        isProtected: false,
        missing: [],
      },
    },
    settings: { "storage.multitenant": "true" },
    variables: { size: "3" },
    lockTimeoutMs: 1500,
    lockRetries: 0,
    statementTimeoutMs: 120_000,
    allowOutOfOrder: true,
    startingPoints: ["releases/v1.0.0/schema.sql"],
    equality: "strict",
    exceptions: [{ ...whole.exceptions[0], until: undefined }],
    additive: true,
    columnOrder: "rebuild",
    allowDrop: ["index"],
    owner: "app",
    roles: ["app_*"],
    backup: { ...defaultConfig.backup, policy: "never" },
    hooks: defaultConfig.hooks,
  });
});

describe("faults are named with file, line and what to write", () => {
  test("an unknown key", async () => {
    const error = await failure({
      "lockstep.config.ts": 'export default {\n  scope: "a",\n  migration: "m",\n};\n',
    });
    expect(error.message).toBe("there is no key migration; did you mean migrations?");
    expect(error).toMatchObject({
      code: "CONFIG.UNKNOWN_KEY",
      where: { file: "lockstep.config.ts", line: 3 },
      next: "Write migrations instead of migration",
    });
  });

  test("an unknown key of a target", async () => {
    const text = '{\n  "targets": {\n    "live": {\n      "hots": "db"\n    }\n  }\n}\n';
    const error = await failure({ "lockstep.config.json": text });
    expect(error.message).toBe("there is no key hots in targets.live; did you mean host?");
    expect(error.where).toEqual({ file: "lockstep.config.json", line: 4 });
  });

  test.each([
    ["lockTimeout", '"soon"'],
    ["lockTimeout", "-1"],
    ["lockRetries", '"3"'],
    ["strategy", '"push"'],
    ["migrations", "7"],
    ["allowOutOfOrder", '"yes"'],
    ["declared", '{ "command": 3 }'],
    ["declared", '{ "command": "x", "timeout": "soon" }'],
    ["settings", '{ "a": {} }'],
    ["scope", '""'],
  ])("%s: %s", async (key, value) => {
    const error = await failure({ "lockstep.config.json": `{\n\n"${key}": ${value} }` });
    expect(error).toMatchObject({ code: "CONFIG.VALUE", where: { line: 3 } });
    expect(error.message).toContain(key);
    expect(error.next).toMatch(/^Write: /);
  });

  test("what to write is JSON in a file of JSON", async () => {
    for (const { key, example } of configKeys) {
      const error = await failure({ "lockstep.config.json": `{ "${key}": [[]] }` });
      expect(error.code, key).toBe("CONFIG.VALUE");
      const written: unknown = JSON.parse(`{ ${error.next.replace(/^Write: /, "")} }`);
      expect(Object.keys(Object(written)), example).toEqual([key]);
    }
    const whole = await failure({ "lockstep.config.json": "7" });
    expect(JSON.parse(whole.next.replace(/^Write: /, ""))).toEqual({ migrations: "migrations" });
  });

  test("what is missing in a value, or wrong deep in it", async () => {
    const lacking = await failure({ "lockstep.config.json": '{ "exceptions": [{}] }' });
    expect(lacking.message).toBe("exceptions.object is missing; it takes a text");
    const deep = await failure({ "lockstep.config.ts": "export default { settings: { a: {} } };" });
    expect(deep.message).toBe("settings.a takes a text, a number, or true or false, not an object");
    expect(deep.next).toBe('Write: settings: { "storage.multitenant": true }');
  });

  test("a module without a default export", async () => {
    const error = await failure({ "lockstep.config.js": "export const config = {};\n" });
    expect(error.message).toBe("lockstep.config.js has no default export");
    expect(error.next).toContain("export default {");
  });

  test("broken JSON, without quoting it", async () => {
    const text = '{\n  "scope": "a",\n  "targets": { "x": "postgres://u:hunter2@h/d" },,\n}\n';
    const error = await failure({ "lockstep.config.json": text });
    expect(error).toMatchObject({
      code: "CONFIG.LOAD",
      where: { file: "lockstep.config.json", line: 3 },
    });
    expect(JSON.stringify(error)).not.toContain("hunter2");
  });

  test("broken TypeScript", async () => {
    const error = await failure({
      "lockstep.config.ts": 'export default {\n  scope: "a",\n  ]\n};\n',
    });
    expect(error).toMatchObject({
      code: "CONFIG.LOAD",
      where: { file: "lockstep.config.ts", line: 3 },
    });
  });

  test("a module that throws in its first line, of which the loader knows no column", async () => {
    const error = await failure({ "lockstep.config.js": 'throw new Error("no");\n' });
    expect(error.where).toEqual({ file: "lockstep.config.js", line: 1 });
  });

  test("a module that throws", async () => {
    const error = await failure({ "lockstep.config.mjs": '\nthrow new Error("no vault");\n' });
    expect(error.message).toBe("lockstep.config.mjs can't be loaded: no vault");
    expect(error.where).toMatchObject({ line: 2 });
  });

  test("two keys that mean the same", async () => {
    const error = await failure({
      "lockstep.config.json": '{ "schema": "a.sql", "declared": "b.sql" }',
    });
    expect(error.message).toBe("declared and schema mean the same key");
  });

  test("two config files", async () => {
    const error = await failure({ "lockstep.config.ts": "", "lockstep.config.json": "{}" });
    expect(error.code).toBe("CONFIG.SEVERAL_FILES");
  });

  test.each(["lockstep.json", "lockstep.config.yaml", "lock-step.config.ts"])(
    "%s, which would be passed over in silence",
    async (name) => {
      expect((await failure({ [name]: "" })).message).toContain("did you mean lockstep.config.");
    },
  );
});

describe("targets", () => {
  const parts =
    'export default { targets: { live: { host: process.env.DB_HOST, password: process.env.DB_PASSWORD, port: "5433", protected: true } } };';

  test("are composed of any variables, those of .env too, which are gone afterwards", async () => {
    const config = await configOf(
      { "lockstep.config.ts": parts },
      { DB_HOST: "db.internal", DB_PASSWORD: "p" },
    );
    expect(findTarget(config, "live")).toMatchObject({
      parts: { host: "db.internal", port: "5433", password: "p" },
      isProtected: true,
    });
    expect(process.env["DB_HOST"]).toBeUndefined();
  });

  test("whose variables are not set fail when they are used, not before", async () => {
    const config = await configOf({ "lockstep.config.ts": parts }, { DB_HOST: "h" });
    expect(() => findTarget(config, "live")).toThrow("target live: not set: password");
  });

  test("have defaults for the port and for how TLS is checked, when a variable is not set", async () => {
    const text =
      'export default { targets: { live: { host: "h", port: process.env.DB_PORT, sslmode: process.env.DB_SSL } } };';
    const config = await configOf({ "lockstep.config.ts": text }, {});
    expect(findTarget(config, "live").parts).toEqual({ host: "h" });
  });

  test("take ${NAME} in JSON", async () => {
    const text = '{ "targets": { "live": { "url": "postgres://${DB_USER}@${DB_HOST}/app" } } }';
    const set = await configOf({ "lockstep.config.json": text }, { DB_USER: "u", DB_HOST: "h" });
    expect(findTarget(set, "live").url).toBe("postgres://u@h/app");
    const unset = await configOf({ "lockstep.config.json": text }, { DB_USER: "u" });
    expect(() => findTarget(unset, "live")).toThrow("not set: DB_HOST");
  });

  test("of another name are refused with the nearest one", async () => {
    const config = await configOf({
      "lockstep.config.json": '{ "targets": { "production": "postgres://h/d" } }',
    });
    expect(() => findTarget(config, "prodution")).toThrow("did you mean production?");
    expect(() => findTarget(config, "constructor")).toThrow("no target constructor");
  });
});

test("every example of the table is a config that is taken", async () => {
  for (const { key, example } of configKeys) {
    const text = `export default { ${example.replace(/^targets/, "targets")} };`;
    const config = await configOf({ "lockstep.config.ts": text });
    expect(config.file, key).toBe("lockstep.config.ts");
  }
  for (const { key, example } of targetKeys) {
    const config = await configOf({
      "lockstep.config.ts": `export default { targets: { a: { ${example} } } };`,
    });
    expect(Object.keys(config.targets), key).toEqual(["a"]);
  }
});
