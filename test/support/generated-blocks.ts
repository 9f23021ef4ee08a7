/**
 * Parts of the documentation that are written from tables of the code: compared in a test, and written anew by
 * UPDATE=1 npx vitest run test/docs.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);

/** The block named `name` of a page as it is, once it has been written anew if that was asked for. */
export async function generatedBlock(page: string, name: string, wanted: string): Promise<string> {
  const path = fileURLToPath(new URL(page, root));
  const text = await readFile(path, "utf8");
  const [start, end] = [`<!-- generated: ${name} -->\n`, `<!-- end: ${name} -->`];
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(end);
  if (from < start.length || to < from) return `${page} has no block ${name}`;
  if (process.env["UPDATE"] !== "1") return text.slice(from, to);
  await writeFile(path, text.slice(0, from) + wanted + text.slice(to));
  return wanted;
}

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}
