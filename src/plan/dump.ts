/**
 * A schema as SQL that a person could have written: the plan from an empty database, one object per paragraph with
 * what belongs to it, in an order that loads. The same catalog gives the same text, byte for byte; nothing in it tells
 * when, where or by which version it was written.
 */
import type { Catalog, Fact } from "../catalog/fact.ts";
import { factId, type FactId } from "../catalog/id.ts";
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
  /** The object whose file of a split dump it stands in: an index's table, a partition's topmost table, or itself. */
  readonly owner: {
    readonly kind: string;
    readonly schema: string | undefined;
    readonly name: string;
  };
  /** With their semicolons. */
  readonly text: string;
}

export function dumpParagraphs(catalog: Catalog, options: DumpOptions = {}): readonly Paragraph[] {
  const actions = orderedActions(emptyCatalog(catalog.major), catalog, {
    ...options,
    asDump: true,
  });
  return inParagraphs(actions).map(({ object, lines }) => paragraph(object, lines, catalog));
}

interface Lines {
  readonly object: FactId;
  readonly lines: string[];
}

/** An object's statements that follow each other, and what belongs to a part that was said within them. */
export function inParagraphs(ordered: readonly OrderedAction[]): readonly Lines[] {
  const paragraphs: Lines[] = [];
  let inside: ReadonlySet<FactId> = new Set();
  for (const each of ordered) {
    const lines = statementsOf(each).map((statement) => `${statement};\n`);
    if (lines.length === 0) continue;
    const object = each.action.paragraph;
    const open = paragraphs.at(-1);
    if (open !== undefined && (object === open.object || inside.has(object))) {
      open.lines.push(...lines);
      continue;
    }
    paragraphs.push({ object, lines });
    inside = new Set(each.folded.map(({ subject }) => subject));
  }
  return paragraphs;
}

function paragraph(object: FactId, lines: readonly string[], catalog: Catalog): Paragraph {
  const fact = catalog.facts.get(object);
  const table = fact?.parent === undefined ? undefined : catalog.facts.get(fact.parent);
  const owner = topmost(table === undefined || table.kind === "schema" ? fact : table, catalog);
  return {
    object,
    owner: {
      kind: owner?.kind ?? "schema",
      schema: owner?.name.schema,
      name: owner?.name.name ?? object,
    },
    kind: fact?.kind ?? "schema",
    text: lines.join(""),
  };
}

/** A partition's own indexes come before those of the tables above, which one file keeps in that order. */
function topmost(fact: Fact | undefined, catalog: Catalog): Fact | undefined {
  if (fact?.kind !== "table" && fact?.kind !== "foreign_table") return fact;
  const { partitionOf } = fact.payload;
  if (partitionOf === undefined) return fact;
  return topmost(catalog.facts.get(factId("table", partitionOf.parent)), catalog) ?? fact;
}

/** Bodies may call what comes after them, as they could when they were written. */
export function preamble(catalog: Catalog): readonly string[] {
  for (const fact of catalog.facts.values()) {
    if (fact.kind !== "function" && fact.kind !== "procedure") continue;
    if (fact.payload.body !== undefined) return ["SET check_function_bodies = false;\n"];
  }
  return [];
}
