import { expect, test } from "vitest";
import { readText, repositoryFiles } from "../support/sources.ts";

interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Where it may stand all the same. */
  readonly except?: RegExp;
}

const binary = /\.(png|ico|gif|gz|dump|woff2)$/;
const bans: readonly Ban[] = [
  {
    pattern: new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`),
    instead: "do it, or refuse with a coded error",
    except: /^(examples|test\/.*cases)\//,
  },
  {
    pattern: new RegExp(["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]"].join("|")),
    instead: "no path of a machine: take it from the environment or from import.meta.url",
  },
  {
    pattern: /https?:\/\/[^/\s"]*(?:registry|artifact|nexus|verdaccio)[^/\s"]*/i,
    instead: "no host of a registry: npm's own configuration knows it",
  },
  {
    pattern: /^(?:<{7}|>{7}) \S/,
    instead: "resolve what was left of a merge",
    except: /^test\//,
  },
  {
    pattern: /[ \t]+$/m,
    instead: "no blanks at the end of a line",
    except: /\.(sql|md)$|^test\/.*cases\//,
  },
];

const files = repositoryFiles().filter((path) => !binary.test(path));

for (const { pattern, instead, except } of bans) {
  test(`nothing matches ${pattern.source.slice(0, 40)}: ${instead}`, () => {
    const found = files
      .filter((path) => except?.test(path) !== true)
      .flatMap((path) =>
        readText(path)
          .split("\n")
          .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line}`] : [])),
      );
    expect(found.join("\n")).toBe("");
  });
}

test("text files end with a line end and have no carriage returns", () => {
  const found = files.filter((path) => {
    if (!/\.(ts|js|json|md|yml|yaml)$/.test(path) || /^test\/.*cases\//.test(path)) return false;
    const text = readText(path);
    return text.includes("\r") || !text.endsWith("\n");
  });
  expect(found.join("\n")).toBe("");
});

test("the version in the code is the package's", async () => {
  const { toolVersion } = await import("../../src/core/version.ts");
  const manifest: unknown = JSON.parse(readText("package.json"));
  expect(manifest).toMatchObject({ version: toolVersion });
});
