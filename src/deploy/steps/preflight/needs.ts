/**
 * What a plan asks of the server, read from its statements' syntax: how many locks its largest transaction takes,
 * and where it creates. What is inside of functions and DO blocks is not seen, so this refuses nothing that could
 * work, and misses some that can't.
 */
import type { Plan, Segment, Step, TransactionSegment } from "../../../plan/plan.ts";
import { classify } from "../../../sql/classify.ts";
import type { RelationUse, StatementFacts } from "../../../sql/facts.ts";
import type { ParsedStatement, Parser } from "../../../sql/parse.ts";
import { textAt } from "../../../sql/syntax.ts";
import type { PreflightNeeds } from "../preflight.ts";

export function preflightNeeds(plan: Plan, parser: Parser): PreflightNeeds {
  const segments = plan.units.flatMap((unit): readonly Segment[] =>
    unit.kind === "sql" ? unit.segments.slice(unit.segmentsDone) : [],
  );
  const transactions = segments.flatMap((segment) =>
    segment.kind === "transaction" ? [segment] : [],
  );
  return needsOfSegments(transactions, parser);
}

/** In the order in which they run: a schema that one of them makes is there for those after it. */
export function needsOfSegments(
  segments: readonly Pick<TransactionSegment, "kind" | "steps">[],
  parser: Parser,
): PreflightNeeds {
  const tally: Tally = {
    schemasMade: new Set(),
    createIn: new Set(),
    createsUnqualified: false,
    pathIsSet: false,
    locksMax: 0,
  };
  for (const segment of segments) countTransaction(tally, segment.steps, parser);
  return {
    locksMax: tally.locksMax,
    createIn: [...tally.createIn].sort(),
    createsUnqualified: tally.createsUnqualified,
    createsSchemas: tally.schemasMade.size > 0,
  };
}

interface Tally {
  readonly schemasMade: Set<string>;
  readonly createIn: Set<string>;
  createsUnqualified: boolean;
  /** From then on, nobody knows without the server where an unqualified name goes. */
  pathIsSet: boolean;
  locksMax: number;
}

function countTransaction(tally: Tally, steps: readonly Step[], parser: Parser): void {
  const touched = new Map<string, number>();
  const made = new Set<string>();
  let created = 0;
  for (const statement of statementsOf(steps, parser)) {
    const facts = classify(statement);
    const isTemporary = facts.session.some((effect) => effect.kind === "holds");
    created += facts.locks.created;
    if (facts.session.some(setsSearchPath)) tally.pathIsSet = true;
    if (statement.node === "CreateSchemaStmt") {
      tally.schemasMade.add(textAt(statement.tree, "schemaname") ?? "");
    }
    for (const use of facts.relations) {
      const name = JSON.stringify([use.schema ?? "", use.name]);
      if (use.role === "created") {
        made.add(name);
        if (!isTemporary) noteCreation(tally, use);
      } else if (!made.has(name)) {
        touched.set(name, Math.max(touched.get(name) ?? 0, use.role === "dropped" ? dropLocks : 1));
      }
    }
  }
  const existing = [...touched.values()].reduce((sum, locks) => sum + locks, 0);
  tally.locksMax = Math.max(tally.locksMax, created + existing);
}

/** A table that is dropped, with its key and what is stored out of line. */
const dropLocks = 4;

function* statementsOf(steps: readonly Step[], parser: Parser): Generator<ParsedStatement> {
  for (const step of steps) {
    if (step.kind !== "sql") continue;
    const parsed = parser.parse(step.sql);
    // What this parser refuses the server may still take; nothing is known of it.
    if (parsed.kind === "parsed") yield* parsed.statements;
  }
}

function noteCreation(tally: Tally, use: RelationUse): void {
  if (use.schema === undefined) {
    if (!tally.pathIsSet) tally.createsUnqualified = true;
  } else if (!tally.schemasMade.has(use.schema)) {
    tally.createIn.add(use.schema);
  }
}

function setsSearchPath(effect: StatementFacts["session"][number]): boolean {
  return effect.kind === "set" && effect.name === "search_path";
}
