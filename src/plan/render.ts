/**
 * A plan as SQL that a person reads and psql runs: each segment's transaction as it will be, without the ledger's
 * own statements, which have no meaning outside a deploy. Texts stand as in the files.
 */
import type { CopyStep, Plan, PlannedUnit, Segment, SqlUnit, UnitIdentity } from "./plan.ts";

export function* planSql(plan: Plan): Generator<string, void, undefined> {
  for (const unit of plan.units) yield* unitSql(unit);
}

/** Complete schemas, whose functions may call what is made after them. */
const names: ReadonlyMap<UnitIdentity["kind"], string> = new Map([
  ["baseline", "baseline"],
  ["declared", "declared schema"],
]);

function* unitSql(unit: PlannedUnit): Generator<string, void, undefined> {
  const { id, path, kind, title } = unit.identity;
  const name = names.get(kind) ?? id;
  yield `-- ${name}: ${path}${title === undefined ? "" : ` (${title.replaceAll(/\s+/g, " ")})`}\n`;
  switch (unit.kind) {
    case "sql":
      yield* segmentsSql(unit);
      break;
    case "data":
      yield "-- a program: its statements are its own, in one transaction\n";
      break;
    case "backfill":
      yield "-- in batches, by ranges of a unique key, each in a transaction of its own\n";
      yield `${unit.sql}${endOf(unit.sql)}\n`;
      break;
    case "external":
      yield "-- done by hand, then marked: the deploy stops here until it is\n";
      break;
  }
  yield "\n";
}

function* segmentsSql(unit: SqlUnit): Generator<string, void, undefined> {
  if (unit.segmentsDone > 0) yield `-- ${unit.segmentsDone} of its parts are committed already\n`;
  for (const segment of unit.segments.slice(unit.segmentsDone)) yield* segmentSql(unit, segment);
}

function* segmentSql(unit: SqlUnit, segment: Segment): Generator<string, void, undefined> {
  if (segment.kind === "alone") {
    yield `${segment.step.sql}${endOf(segment.step.sql)}\n`;
    return;
  }
  if (segment.kind === "interpreted") {
    yield `-- psql's dialect: which statements it has, the server's answers decide\nBEGIN;\n${segment.text}\nCOMMIT;\n`;
    return;
  }
  const { characteristics } = segment;
  yield characteristics === "" ? "BEGIN;\n" : `BEGIN ${characteristics.toUpperCase()};\n`;
  if (names.has(unit.identity.kind)) yield "SET LOCAL check_function_bodies = off;\n";
  for (const step of segment.steps) {
    if (step.kind === "copy") yield copySql(step);
    else yield `${step.sql}${endOf(step.sql)}\n`;
  }
  yield "COMMIT;\n";
}

/** Behind a comment a semicolon would be part of it; two dashes that are none cost a line. */
function endOf(sql: string): string {
  if (sql.endsWith(";")) return "";
  return sql.slice(sql.lastIndexOf("\n") + 1).includes("--") ? "\n;" : ";";
}

function copySql({ sql, data }: CopyStep): string {
  if (data.kind === "inline") return `${sql};\n${data.text}\\.\n`;
  return `-- with the data of ${data.candidates.join(" or ")}:\n-- ${sql.replaceAll("\n", "\n-- ")};\n`;
}
