/**
 * A schema as SQL that a person could have written: the plan from an empty database, one object per paragraph with
 * what belongs to it, in an order that loads. The same catalog gives the same text, byte for byte; nothing in it tells
 * when, where or by which version it was written.
 */
import type { Catalog } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import { emptyCatalog } from "./empty_catalog.ts";
import type { OrderedAction } from "./graph.ts";
import { orderedActions } from "./schema_plan.ts";
import { statementsOf } from "./statement_text.ts";

export interface DumpOptions {
  /** ALTER ... OWNER TO; by default yes. */
  readonly owners?: boolean;
  /** GRANT, REVOKE and default privileges; by default yes. */
  readonly grants?: boolean;
}

/** An object with its comments, owner and grants. */
export interface Paragraph {
  readonly object: FactId;
  readonly kind: string;
  readonly schema: string | undefined;
  /** The object whose file of a split dump it stands in: an index's table, or itself. */
  readonly owner: { readonly kind: string; readonly name: string };
  /** With their semicolons. */
  readonly text: string;
}

export function dumpParagraphs(catalog: Catalog, options: DumpOptions = {}): readonly Paragraph[] {
  const actions = orderedActions(emptyCatalog(catalog.major), catalog, {
    ...options,
    asDump: true,
  });
  const paragraphs: Paragraph[] = [];
  let lines: string[] = [];
  let open: FactId | undefined;
  const close = (): void => {
    if (open !== undefined && lines.length > 0) paragraphs.push(paragraph(open, lines, catalog));
    lines = [];
  };
  for (const ordered of actions) {
    const object = ordered.action.paragraph;
    if (object !== open) close();
    open = object;
    lines.push(...linesOf(ordered));
  }
  close();
  return paragraphs;
}

function linesOf(ordered: OrderedAction): readonly string[] {
  return statementsOf(ordered).map((statement) => `${statement};\n`);
}

function paragraph(object: FactId, lines: readonly string[], catalog: Catalog): Paragraph {
  const fact = catalog.facts.get(object);
  const table = fact?.parent === undefined ? undefined : catalog.facts.get(fact.parent);
  const owner = table === undefined || table.kind === "schema" ? fact : table;
  return {
    object,
    owner: { kind: owner?.kind ?? "schema", name: owner?.name.name ?? object },
    kind: fact?.kind ?? "schema",
    schema: fact?.name.schema,
    text: lines.join(""),
  };
}

/** Bodies may call what comes after them, as they could when they were written. */
export function preamble(catalog: Catalog): readonly string[] {
  for (const fact of catalog.facts.values()) {
    if (fact.kind !== "function" && fact.kind !== "procedure") continue;
    if (fact.payload.body !== undefined) return ["SET check_function_bodies = false;\n"];
  }
  return [];
}
