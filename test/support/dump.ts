/** A catalog's dump as one text. */
import type { Catalog } from "../../src/catalog/fact.ts";
import { dumpParagraphs, preamble } from "../../src/plan/dump.ts";

export function dumpText(catalog: Catalog): string {
  return [...preamble(catalog), ...dumpParagraphs(catalog).map(({ text }) => text)].join("\n");
}
