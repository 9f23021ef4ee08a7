/** Ties each annotation of a file to the element that it stands before, or behind on the same line. */
import type { Parser } from "../../sql/parse.ts";
import type { SourceText } from "../../sql/source.ts";
import { splitScript } from "../../sql/split.ts";
import { annotationsIn, type Annotation } from "./annotations.ts";
import { elementsOf, type Element } from "./elements.ts";
import { unclear } from "./rename.ts";

export interface BoundAnnotation {
  readonly annotation: Annotation;
  readonly element: Element;
}

export function boundAnnotations(source: SourceText, parser: Parser): readonly BoundAnnotation[] {
  // Most files have none, and are not parsed for them.
  if (!source.text.includes("lockstep:")) return [];
  const statements: PlacedStatement[] = [];
  const annotations: Annotation[] = [];
  let end = 0;
  for (const piece of splitScript(source.text)) {
    end = piece.fullEnd;
    const within = piece.kind === "statement" ? piece.end : piece.start;
    annotations.push(...annotationsIn(source, { start: piece.leadingStart, end: within }));
    if (piece.kind !== "statement") continue;
    const outcome = parser.parse(piece.text);
    const parsed = outcome.kind === "parsed" ? outcome.statements : [];
    const elements = parsed.flatMap((one) => elementsOf(one, piece.text, piece.start));
    statements.push({ start: piece.start, end: piece.end, elements });
  }
  annotations.push(...annotationsIn(source, { start: end, end: source.text.length }));
  return annotations.map((annotation) => ({
    annotation,
    element: elementFor(annotation, statements),
  }));
}

interface PlacedStatement {
  readonly start: number;
  readonly end: number;
  readonly elements: readonly Element[];
}

function elementFor(annotation: Annotation, statements: readonly PlacedStatement[]): Element {
  const { start, end, isTrailing, where } = annotation;
  const element = isTrailing ? behind(start, statements) : before(end, statements);
  if (element === undefined)
    throw unclear("there is nothing at the annotation that has a name", where);
  if (element.name.length === 0) {
    throw unclear("what stands at the annotation has no name in the file: name it", where);
  }
  return element;
}

/** The first element that begins after it, of the statement that it is in or stands above. */
function before(end: number, statements: readonly PlacedStatement[]): Element | undefined {
  const statement = statements.find((one) => one.end > end);
  return statement?.elements.find((element) => element.start >= end);
}

/** The last that began before it; behind a statement's end it is about the statement. */
function behind(start: number, statements: readonly PlacedStatement[]): Element | undefined {
  const statement = statements.findLast((one) => one.start < start);
  if (statement === undefined || statement.end <= start) return statement?.elements[0];
  return statement.elements.findLast(
    (element) => element.start < start && element.isInline !== true,
  );
}
