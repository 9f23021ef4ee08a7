import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { jsonReports } from "../../scripts/json-types.ts";
import { generatedPages } from "../../scripts/reference.ts";
import { flagSpelling, flagTable } from "../../src/cli/flags.ts";
import { commandTable } from "../../src/cli/commands.ts";
import { allFlags } from "../../src/cli/arguments.ts";
import { errorCodes } from "../../src/core/codes.ts";
import { findingCodes } from "../../src/core/finding-codes.ts";
import { findNodes, readText, repositoryFiles, root, sourcesIn } from "../support/sources.ts";

const pages = repositoryFiles().filter((path) => path.endsWith(".md") && !path.startsWith("test/"));
const commands = await Promise.all(commandTable.map(async ({ load }) => load()));

test("the generated parts of the reference are up to date (npm run generate writes them)", async () => {
  for (const { path, text } of await generatedPages(root)) expect(readText(path), path).toBe(text);
});

test("a command is called in the table as it calls itself, and no two are called the same", () => {
  expect(commands.map(({ name }) => name)).toEqual(commandTable.map(({ name }) => name));
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
});

test("a command reads only flags that it lists, or that every command has", () => {
  for (const path of repositoryFiles().filter((file) => file.startsWith("src/cli/commands/"))) {
    const text = readText(path);
    const read = [...text.matchAll(/\bflags\.([a-zA-Z]+)(?=[^\w"])/g)].map(
      ([, name]) => name ?? "",
    );
    const own = commands.filter(({ name }) => text.includes(`name: "${name}"`));
    const listed = new Set<string>(own.flatMap((command) => allFlags(command)));
    if (own.length > 0)
      expect(
        read.filter((name) => !listed.has(name)),
        path,
      ).toEqual([]);
  }
});

test("examples in the help use the command and only flags that it has", () => {
  for (const command of commands) {
    const known = allFlags(command).map(flagSpelling);
    for (const { line } of command.examples) {
      expect(line).toContain(`lockstep ${command.name}`);
      const [own = ""] = line.split(/[|;&<>]/);
      const used = own.match(/(?<= )--[a-z-]+/g) ?? [];
      expect(
        used.filter((flag) => !known.includes(flag)),
        line,
      ).toEqual([]);
    }
  }
});

test("every code that the documentation names exists", () => {
  const known = new Set([...Object.keys(errorCodes), ...Object.keys(findingCodes)]);
  const namespaces = new Set([...known].map((code) => code.split(".")[0]));
  for (const path of pages) {
    const named = readText(path).match(/\b[A-Z]+\.[A-Z]+(?:_[A-Z]+)*\b/g) ?? [];
    const unknown = named.filter((code) => namespaces.has(code.split(".")[0]) && !known.has(code));
    expect(unknown, path).toEqual([]);
  }
});

test("the JSON of every command is described", () => {
  const described = new Set(jsonReports.flatMap((report) => report.commands));
  expect(commands.map(({ name }) => name).filter((name) => !described.has(name))).toEqual([]);
});

test("what the JSON of the commands is made of is told to the end", () => {
  const [, block = ""] = readText("docs/reference/json.md").split("```ts\n");
  const tree = ts.createSourceFile("json.ts", block, ts.ScriptTarget.ES2023, true);
  const told = new Set(["Readonly", "Record", "Omit", "Pick", "Exclude", "Extract", "Partial"]);
  const named = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
      told.add(node.name.text);
    if (ts.isTypeParameterDeclaration(node)) told.add(node.name.text);
    if (ts.isTypeReferenceNode(node) || ts.isTypeQueryNode(node)) {
      named.add(ts.isTypeReferenceNode(node) ? node.typeName.getText() : node.exprName.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  // What a fact holds is told kind by kind in docs/reference/catalog.md.
  const isPayload = (name: string): boolean => /^\w+\.\w+Payload$/.test(name);
  expect([...named].filter((name) => !told.has(name) && !isPayload(name))).toEqual([]);
});

test("every flag is taken by a command, and listed once", () => {
  const taken = new Set(commands.flatMap((command) => allFlags(command)));
  expect(Object.keys(flagTable).filter((name) => !taken.has(asFlagName(name)))).toEqual([]);
  for (const { name, flags } of commands) expect(new Set(flags).size, name).toBe(flags.length);
});

test("every command and flag that the documentation shows exists", () => {
  const names = new Set(commands.map(({ name }) => name));
  const flags = new Set(["--version", ...Object.keys(flagTable).map(flagSpelling)]);
  // FORMATS.md spells out bytes, among them the tool's name.
  const guides = pages.filter((path) => path !== "FORMATS.md");
  const unknown = guides.flatMap((path) =>
    shownLines(readText(path)).flatMap(({ words, typed }) => {
      const [first = "", second = ""] = words;
      const isGroup = [...names].some((name) => name.startsWith(`${first} `)) && second === "";
      const isCommand = isGroup || names.has(first) || names.has(`${first} ${second}`);
      const isPlaceholder = /^(help|COMMAND|[^a-z].*)?$/.test(first);
      const wrong = typed.filter((flag) => !flags.has(flag));
      return isCommand || isPlaceholder
        ? wrong.map((flag) => `${path}: ${flag}`)
        : [`${path}: lockstep ${first}`];
    }),
  );
  expect(unknown.join("\n")).toBe("");
});

test("what codes say to do next names commands that exist", () => {
  const names = new Set(commands.map(({ name }) => name));
  const unknown = Object.entries(errorCodes).flatMap(([code, { next }]) =>
    // Elsewhere in a sentence it may be the program's or the schema's name.
    [...next.matchAll(/(?:^|: | or | then )lockstep ([a-z]+)(?: ([a-z]+))?/g)]
      .filter(([, first, second]) => !names.has(first ?? "") && !names.has(`${first} ${second}`))
      .map(([text]) => `${code}: ${text}`),
  );
  expect(unknown.join("\n")).toBe("");
});

test("links between the pages lead somewhere", () => {
  const broken = pages.flatMap((path) =>
    [...readText(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target]) => posix.join(dirname(path), target ?? ""))
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${path} -> ${target}`),
  );
  expect(broken.join("\n")).toBe("");
});

test("a reader of the README comes to every page of the guide", () => {
  const readme = readText("README.md");
  const guides = pages.filter((path) => path.startsWith("docs/guide/"));
  expect(guides.length).toBeGreaterThan(5);
  expect(guides.filter((path) => !readme.includes(`(${path})`))).toEqual([]);
});

test("pages that messages point to exist", () => {
  const texts = findNodes(sourcesIn("src"), (node) =>
    ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) ? node.getText() : undefined,
  );
  const named = texts.flatMap((text) => text.match(/docs\/[a-z/-]+\.md/g) ?? []);
  const absent = [...new Set(named)].filter((path) => !existsSync(join(root, path)));
  expect(absent.join("\n")).toBe("");
});

interface ShownLine {
  readonly words: readonly string[];
  readonly typed: readonly string[];
}

/** What is typed behind `lockstep` in code spans and code blocks. */
function shownLines(text: string): readonly ShownLine[] {
  const other = /<!--.*?-->|```(?:text|sql|json|ts)\n[^]*?\n```/gs;
  const prose = text.replaceAll(other, "");
  const code = [...prose.matchAll(/```[a-z]*\n([^]*?)```|`([^`\n]+)`/g)];
  return code
    .flatMap(([, block, span]) => (block ?? span ?? "").split("\n"))
    .flatMap((line) => [...line.matchAll(/(?:^|[\s$;&|(])(?:npx )?lockstep ([^#|;&)]*)/g)])
    .map(([, rest = ""]) => {
      const parts = rest.trim().split(/\s+/);
      const typed = parts
        .filter((part) => part.startsWith("--"))
        .map((part) => part.split("=")[0] ?? "");
      return { words: parts.filter((part) => !part.startsWith("-")), typed };
    });
}

/** Object.keys forgets which names there are. */
function asFlagName(name: string): keyof typeof flagTable {
  return name as keyof typeof flagTable;
}
