import { expect, test } from "vitest";
import { configFileNames } from "../../src/adapters/node/config.ts";
import { secretVariables } from "../../src/adapters/node/environment.ts";
import { configAliases, configKeys } from "../../src/project/config/keys.ts";
import { targetKeys } from "../../src/project/config/targets.ts";
import {
  migrationFolderNames,
  schemaFileNames,
  schemaFolderNames,
  seedFileNames,
  seedFolderNames,
} from "../../src/project/discover.ts";
import { endings } from "../../src/project/endings.ts";
import { headerKeys } from "../../src/project/header.ts";
import { sectionMarks } from "../../src/project/section-marks.ts";
import { noTransactionMarks } from "../../src/project/sections.ts";
import { versionStyles } from "../../src/project/version.ts";
import { generatedBlock, markdownTable } from "../support/generated-blocks.ts";

const code = (text: string): string => `\`${text}\``;
const list = (texts: readonly string[]): string => `${texts.map(code).join(", ")}\n`;
const folder = (name: string): string => (name === "" ? "." : name);

const blocks: readonly (readonly [page: string, name: string, wanted: string])[] = [
  ["docs/reference/config.md", "config files", list(configFileNames)],
  [
    "docs/reference/config.md",
    "config keys",
    configKeys
      .map(({ key, takes, byDefault, doc, example }) => {
        const alias = Object.entries(configAliases).find(([, known]) => known === key)?.[0];
        const also = alias === undefined ? "" : ` It may also be called ${code(alias)}.`;
        return `### ${code(key)}\n\n${doc}${also}\n\nTakes: ${takes}. Default: ${byDefault}.\n\n\`\`\`ts\n${example}\n\`\`\`\n`;
      })
      .join("\n"),
  ],
  [
    "docs/reference/config.md",
    "target keys",
    markdownTable(
      ["key", "takes", "meaning", "example"],
      targetKeys.map(({ key, takes, doc, example }) => [code(key), takes, doc, code(example)]),
    ),
  ],
  [
    "docs/reference/config.md",
    "secret variables",
    list(secretVariables.map((name) => `${name}_FILE`)),
  ],
  [
    "docs/reference/files.md",
    "endings",
    markdownTable(
      ["example", "is"],
      endings.map(({ role, kind, example }) => [code(example), meaningOf(role, kind)]),
    ),
  ],
  [
    "docs/reference/files.md",
    "versions",
    markdownTable(
      ["name without its ending", "several may share a version"],
      versionStyles.map(({ example, mayShareVersion }) => [
        code(example),
        mayShareVersion === true ? "yes" : "no",
      ]),
    ),
  ],
  [
    "docs/reference/files.md",
    "header keys",
    list(Object.values(headerKeys).map((label) => `-- ${label}:`)),
  ],
  [
    "docs/reference/files.md",
    "no transaction",
    list(noTransactionMarks.map(({ example }) => example)),
  ],
  [
    "docs/reference/files.md",
    "section marks",
    markdownTable(
      ["what follows goes up", "what follows is the way back"],
      sectionMarks.map(({ up, down }) => [up === undefined ? "" : code(up), code(down)]),
    ),
  ],
  [
    "docs/reference/files.md",
    "discovery",
    [
      `Migrations in: ${list(migrationFolderNames.map((one) => folder(one.folder)))}`,
      `Complete schemas in ${list(schemaFolderNames.map(folder)).trimEnd()}, in the migrations folder and beside it, called: ${list(schemaFileNames)}`,
      `Seeds in the same folders, called ${list(seedFileNames).trimEnd()}, or in a folder ${list(seedFolderNames)}`,
    ].join("\n"),
  ],
];

test.each(blocks)("%s: %s are those of the code", async (page, name, wanted) => {
  expect(await generatedBlock(page, name, wanted)).toBe(wanted);
});

function meaningOf(role: string, kind: string): string {
  if (role === "companion") return "settings of the migration beside it";
  if (role === "down") return "the way back";
  if (kind === "data") return "a data migration in TypeScript or JavaScript";
  return kind === "external" ? "a step that is not SQL, done by hand" : "a migration";
}
