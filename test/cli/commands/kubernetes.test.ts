import { describe, expect, test } from "vitest";
import { kubernetesManifests } from "../../../src/deploy/kubernetes.ts";
import { toYaml } from "../../../src/cli/render/yaml.ts";
import { runLockstep } from "../../support/lockstep.ts";

interface YamlReader {
  readonly parse: (text: string) => unknown;
}

/** Comes with other packages, and is none of ours: where it is not there, the tests that need it are skipped. */
const name: string = "yaml";
const reader = (await import(name).catch(() => undefined)) as YamlReader | undefined;

const request = {
  ...{ image: "registry.example.com:5000/shop:1.4.0", name: "shop-schema", helm: true },
  ...{ secret: "shop-database", key: "url", lockWaitMs: 600_000, waitMs: 90_500 },
};

describe.skipIf(reader === undefined)("as a reader of YAML has it", () => {
  test("what is printed is the Job, and the comment behind it the init container", async () => {
    const args = ["kubernetes", request.image, "--name", request.name, "--helm"];
    const more = ["--secret", "shop-database/url", "--timeout", "90500ms"];
    const { stdout, exitCode } = await runLockstep([...args, ...more]);
    expect(exitCode).toBe(0);
    const { job, initContainer } = kubernetesManifests(request);
    expect(reader?.parse(stdout)).toEqual(job);
    const behind = stdout.slice(stdout.indexOf("# initContainers")).replaceAll(/^# /gm, "");
    expect(reader?.parse(behind)).toEqual({ initContainers: [initContainer] });
    expect(initContainer).toMatchObject({
      command: ["npx", "lockstep", "wait", "--applied", "--timeout", "91s"],
    });
  });

  test("text that looks like something else stays text", () => {
    const odd = [
      "no",
      "NULL",
      "1e3",
      "0x1f",
      "12:30",
      "a: b",
      "- a",
      "#a",
      "",
      " a ",
      '"',
      "\\",
      "a\nb",
      "{a}",
      "*a",
    ];
    const values = {
      list: [{ odd }, { deep: [[{ a: true }], "x"] }],
      ...Object.fromEntries(odd.map((key) => [key, key])),
    };
    expect(reader?.parse(toYaml(values).trimStart())).toEqual(values);
  });
});

test.each([
  ["an image", { image: "postgres://u:hunter2@h/x" }],
  ["a Job", { name: "Shop_schema" }],
  ["a namespace", { namespace: "-" }],
  ["a Secret", { secret: "postgres:" }],
  ["a place", { backupTo: "s3://key:hunter2@bucket/x" }],
])("what can't be %s's name is refused, and no password is repeated", (_what, wrong) => {
  let said = "";
  try {
    kubernetesManifests({ ...request, ...wrong });
  } catch (error) {
    said = String(error);
    expect(error).toMatchObject({ code: "USAGE.INVALID" });
  }
  expect(said).not.toBe("");
  expect(said).not.toContain("hunter2");
});
