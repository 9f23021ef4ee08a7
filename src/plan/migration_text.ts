/**
 * A plan as the text of a migration: its statements without BEGIN and COMMIT, since a deploy decides by itself what
 * runs in a transaction. The way back says above its statements what it cannot bring back.
 */
import type { FactId } from "../catalog/id.ts";
import type { SchemaPlan, SchemaSegment, SchemaStep } from "./schema_plan.ts";
import { dollarQuoted } from "./text/routine.ts";

export function migrationSql(segments: readonly SchemaSegment[]): string {
  const steps = segments.flatMap((segment) => segment.steps);
  const texts = alike(steps).flatMap((group) => statementsOf(group).map((text) => `${text};\n`));
  const isForward = steps.some(({ kind }) => kind === "function" || kind === "procedure");
  // Bodies may call what is made after them.
  return [...(isForward ? ["SET check_function_bodies = false;\n"] : []), ...texts].join("\n");
}

interface Alike {
  readonly onlySince: number | undefined;
  readonly statements: string[];
}

/** Neighbours that are for the same servers. */
function alike(steps: readonly SchemaStep[]): readonly Alike[] {
  const groups: Alike[] = [];
  for (const { onlySince, statements } of steps) {
    const last = groups.at(-1);
    if (last !== undefined && last.onlySince === onlySince) last.statements.push(...statements);
    else groups.push({ onlySince, statements: [...statements] });
  }
  return groups;
}

function statementsOf({ statements, onlySince }: Alike): readonly string[] {
  if (onlySince === undefined) return statements;
  const body = statements.map((text) => `    ${text};\n`).join("");
  const isKnown = `current_setting('server_version_num')::integer >= ${onlySince}0000`;
  return [`DO ${dollarQuoted(`\nBEGIN\n  IF ${isKnown} THEN\n${body}  END IF;\nEND\n`)}`];
}

export function wayBackSql(inverse: SchemaPlan, plan: SchemaPlan): string {
  const losses = lossesOf(plan);
  const label =
    losses.length === 0
      ? ""
      : `-- It makes the structure again, and cannot bring back:\n${losses.map((line) => `--   ${line}\n`).join("")}\n`;
  const own = lossesOf(inverse);
  const warning =
    own.length === 0
      ? ""
      : `-- It takes away what has been stored since:\n${own.map((line) => `--   ${line}\n`).join("")}\n`;
  return `${label}${warning}${migrationSql(inverse.segments)}`;
}

/** One line for each thing whose rows or values a plan takes away. */
export function lossesOf(plan: SchemaPlan): readonly string[] {
  return lossesIn(plan).map(({ what }) => what);
}

export interface StepLoss {
  readonly what: string;
  /** As the plan calls it. */
  readonly object: FactId;
  /** All of its rows or values; false: those that don't fit. */
  readonly isWhole: boolean;
}

/** `called`: as what an object of the plan is told. */
export function lossesIn(
  { segments }: SchemaPlan,
  called: (object: FactId) => FactId = (object) => object,
): readonly StepLoss[] {
  const losses = new Map<string, StepLoss>();
  for (const step of segments.flatMap(({ steps }) => steps)) {
    const what = lossOf({ ...step, object: called(step.object) });
    if (what === undefined || losses.has(what)) continue;
    losses.set(what, { what, object: step.object, isWhole: step.loss !== "narrows" });
  }
  return [...losses.values()];
}

function lossOf({ loss, object }: SchemaStep): string | undefined {
  // An identifier may hold a line end, and a comment ends there.
  const name = object.replace(":", " ").replaceAll(/[\r\n]+/g, " ");
  switch (loss) {
    case "drops rows":
      return `the rows of ${name}`;
    case "drops columns":
      return `the values of ${name}`;
    case "narrows":
      return `what no longer fits into ${name}`;
    default:
      return undefined;
  }
}
