/**
 * The generated parts of docs/reference: each page is prose with blocks between two marks, and a block's content
 * comes from the code's own table. Prose between the blocks is kept as it is; a page that lacks a block gets it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { commandTable } from "../src/cli/commands.ts";
import { exitCodes } from "../src/cli/exit-codes.ts";
import { commandHelp, type OverviewEntry, overview } from "../src/cli/help.ts";
import { type ErrorCodeEntry, errorCodes } from "../src/core/codes.ts";
import { findingCodes } from "../src/core/finding-codes.ts";
import { jsonReference } from "./json-types.ts";
import { layers } from "./layers.ts";

export interface GeneratedPage {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

interface Block {
  readonly name: string;
  readonly content: string;
}

/** Every page as it should be. */
export async function generatedPages(root: string): Promise<readonly GeneratedPage[]> {
  const page = (path: string, blocks: readonly Block[]): GeneratedPage => {
    const file = join(root, path);
    const present = existsSync(file) ? readFileSync(file, "utf8") : "";
    return { path, text: withBlocks(present, blocks) };
  };
  return [
    page("docs/reference/commands.md", await commandBlocks()),
    page("docs/reference/errors.md", codeBlocks(errorCodes)),
    page("docs/reference/findings.md", codeBlocks(findingCodes)),
    page("docs/reference/json.md", [{ name: "reports", content: jsonReference(root) }]),
    page("docs/reference/exit-codes.md", [{ name: "exit codes", content: exitCodeRows() }]),
    page("ARCHITECTURE.md", [{ name: "imports", content: layerRows() }]),
  ];
}

/** Blocks that the code no longer has are taken out, new ones come to the end. */
function withBlocks(text: string, blocks: readonly Block[]): string {
  const names = new Set(blocks.map(({ name }) => name));
  let result = text.replaceAll(
    /\n*<!-- generated: (.*?) -->\n[^]*?<!-- end: \1 -->\n?/g,
    (whole, name: string) => (names.has(name) ? whole : "\n"),
  );
  for (const { name, content } of blocks) {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const block = `${begin}\n\n${content.trim()}\n\n${end}`;
    const from = result.indexOf(begin);
    const to = result.indexOf(end, from) + end.length;
    if (from === -1) result = `${result.trimEnd()}\n\n${block}\n`;
    else result = result.slice(0, from) + block + result.slice(to);
  }
  return result;
}

async function commandBlocks(): Promise<readonly Block[]> {
  const loaded: OverviewEntry[] = [];
  // One by one: a module that is still being loaded is not to be asked for again.
  for (const { group, load } of commandTable) loaded.push({ group, command: await load() });
  const blocks = loaded.map(({ command }) => ({
    name: `lockstep ${command.name}`,
    content: `## lockstep ${command.name}\n\n${fenced(commandHelp(command))}`,
  }));
  return [{ name: "overview", content: fenced(overview(loaded)) }, ...blocks];
}

function codeBlocks(table: Readonly<Record<string, ErrorCodeEntry>>): readonly Block[] {
  const namespaces = [...new Set(Object.keys(table).map(namespaceOf))].sort();
  return namespaces.map((namespace) => {
    const rows = Object.entries(table)
      .filter(([code]) => namespaceOf(code) === namespace)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([code, { summary, next }]) => `### ${code}\n\n${summary}\n\nNext: ${next}`);
    return { name: namespace, content: [`## ${namespace}`, ...rows].join("\n\n") };
  });
}

function namespaceOf(code: string): string {
  return code.split(".")[0] ?? code;
}

function exitCodeRows(): string {
  const rows = Object.values(exitCodes).map(({ code, summary }) => `| ${code} | ${summary} |`);
  return ["| code | meaning |", "|---|---|", ...rows].join("\n");
}

function layerRows(): string {
  const rows = layers.map(({ name, mayImport, packages, node }) => {
    const ofNode = node === "all" ? "all" : node.map((module) => `node:${module}`).join(", ");
    return `| ${name} | ${mayImport.join(", ") || "nothing"} | ${packages.join(", ") || "none"} | ${ofNode || "none"} |`;
  });
  return ["| layer | may import | packages | of Node |", "|---|---|---|---|", ...rows].join("\n");
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}
