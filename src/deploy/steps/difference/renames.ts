/**
 * Renames as steps of a plan, and the from-side as it is after them: the server renames on a scratch database and is
 * read again, so that every view, default and function that mentions a name is as PostgreSQL leaves it.
 */
import type { Catalog, Fact } from "../../../catalog/fact.ts";
import { factId, printName, type FactId, type FactName } from "../../../catalog/id.ts";
import { LockstepError } from "../../../core/errors.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import {
  columnsOfTypes,
  derivedRenames,
  multirangesOf,
  type MultirangeRename,
} from "../../../plan/renames/derived.ts";
import { orderedMoves, type Move } from "../../../plan/renames/order.ts";
import {
  depthOf,
  renameMultirangeStatements,
  renameStatements,
  renameValueStatement,
  type Rename,
} from "../../../plan/renames/rename.ts";
import type { SchemaPlan, SchemaSegment, SchemaStep } from "../../../plan/schema_plan.ts";
import { sideOf } from "../../../plan/side.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import type { SourcePorts } from "../source/ports.ts";

export interface Renamed {
  /** The from-side after the renames. */
  readonly catalog: Catalog;
  readonly steps: readonly SchemaStep[];
  /** All of them, those that follow from others included. */
  readonly renames: readonly Rename[];
}

/** On a scratch database in the from-side's state, which is left in the state after the renames. */
export async function renameOn(
  session: Session,
  ports: SourcePorts,
  request: { readonly from: Catalog; readonly to: Catalog; readonly renames: readonly Rename[] },
): Promise<Renamed> {
  const { from, to } = request;
  const following = columnsOfTypes(from, request.renames);
  const isFollowing = ({ kind, old }: Rename): boolean =>
    following.some((one) => one.kind === kind && printName(one.old) === printName(old));
  const given = request.renames.filter((rename) => !isFollowing(rename));
  const renames = [...given, ...following];
  const first = await runRenames(session, ports, { catalog: from, renames: given });
  const derived = derivedRenames(first.catalog, to, renames);
  const multiranges = multirangesOf(first.catalog, to, renames).map(multirangeStep);
  for (const step of multiranges) await runStep(session, step);
  const afterRanges =
    multiranges.length === 0 ? first.catalog : await ports.readCatalog(session, {});
  const second = await runRenames(session, ports, { catalog: afterRanges, renames: derived });
  return {
    catalog: second.catalog,
    steps: [...first.steps, ...multiranges, ...second.steps],
    renames: [...renames, ...derived],
  };
}

function multirangeStep({ range, to }: MultirangeRename): SchemaStep {
  return {
    ...{ verb: "rename", kind: "range", object: range.id, loss: "none" },
    becomes: printName(to),
    statements: renameMultirangeStatements(range.payload.multirange, to),
  };
}

async function runRenames(
  session: Session,
  ports: SourcePorts,
  { catalog, renames }: { readonly catalog: Catalog; readonly renames: readonly Rename[] },
): Promise<Omit<Renamed, "renames">> {
  const steps: SchemaStep[] = [];
  let now = catalog;
  for (const depth of [0, 1, 2] as const) {
    const here = renames.filter((rename) => depthOf(rename) === depth);
    if (here.length === 0) continue;
    for (const step of [...newSchemas(here, now), ...stepsFor(here, now)]) {
      await runStep(session, step);
      steps.push(step);
    }
    now = await ports.readCatalog(session, {});
  }
  return { catalog: now, steps };
}

async function runStep(session: Session, step: SchemaStep): Promise<void> {
  try {
    for (const statement of step.statements) await session.script(statement);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    throw new LockstepError(
      "DIFF.RENAME_TAKEN",
      `${step.object} can't be renamed to ${step.becomes ?? ""}: ${error.message}`,
      { sqlState: error.sqlState, notes: step.statements, cause: error },
    );
  }
}

/** A schema that something moves to, and that the plan makes only later. */
function newSchemas(renames: readonly Rename[], now: Catalog): readonly SchemaStep[] {
  const wanted = new Set(
    renames.flatMap(({ kind, new: name }) =>
      kind !== "schema" && name.relation === undefined ? (name.schema ?? []) : [],
    ),
  );
  return [...wanted]
    .filter((schema) => !now.facts.has(factId("schema", { name: schema })))
    .map((schema) => ({
      verb: "create",
      kind: "schema",
      object: factId("schema", { name: schema }),
      statements: [`CREATE SCHEMA ${quoteIdentifier(schema)}`],
      loss: "none",
    }));
}

function stepsFor(renames: readonly Rename[], now: Catalog): readonly SchemaStep[] {
  const side = sideOf(now);
  const moves = renames.map((rename) => ({ rename, from: nameNow(rename, now), to: rename.new }));
  const facts = new Map<Rename, Fact | undefined>(
    moves.map(({ rename, from }) => [rename, factOf(rename, from, now)]),
  );
  return orderedMoves(moves).map((move): SchemaStep => {
    const fact = facts.get(move.rename);
    const named = fact === undefined ? undefined : { ...fact, name: move.from };
    if (named === undefined) return stepOf(move, undefined);
    const aside = isTaken({ ...move.from, ...schemaOf(move.to) }, now, moves);
    return stepOf(move, renameStatements(named, move.to, { side, aside }));
  });
}

function schemaOf({ schema }: FactName): { readonly schema?: string } {
  return schema === undefined ? {} : { schema };
}

/** By whatever is there, or comes there. */
function isTaken(name: FactName, now: Catalog, moves: readonly Move[]): boolean {
  const isIt = (other: FactName): boolean =>
    other.relation === undefined && other.schema === name.schema && other.name === name.name;
  if (moves.some(({ to }) => isIt(to))) return true;
  return [...now.facts.values()].some((fact) => isIt(fact.name));
}

/** What it is in has its new name already. */
function nameNow({ old, new: now }: Rename, catalog: Catalog): FactName {
  if (now.relation !== undefined) return { ...now, name: old.name };
  const { schema } = old;
  const isThere = schema === undefined || catalog.facts.has(factId("schema", { name: schema }));
  return isThere || now.schema === undefined ? old : { ...old, schema: now.schema };
}

function factOf({ kind }: Rename, name: FactName, catalog: Catalog): Fact | undefined {
  return kind === "enum value" ? undefined : catalog.facts.get(factId(kind, name));
}

function stepOf({ rename, from, to }: Move, statements: readonly string[] | undefined): SchemaStep {
  const common = { verb: "rename", loss: "none" } as const;
  if (rename.kind === "enum value") {
    const { schema, relation = "" } = to;
    const type = factId("enum", { ...(schema === undefined ? {} : { schema }), name: relation });
    const value = renameValueStatement(to, from.name, to.name);
    return { ...common, kind: "enum", object: type, becomes: `'${to.name}'`, statements: [value] };
  }
  return {
    ...common,
    kind: rename.kind,
    object: factId(rename.kind, from),
    becomes: printName(to),
    statements: statements ?? [],
  };
}

/** The renames come first, in the plan's first transaction where that is one. */
export function withRenames(plan: SchemaPlan, steps: readonly SchemaStep[]): SchemaPlan {
  if (steps.length === 0) return plan;
  // What the rows are asked goes by the new names, and the renames go with the changes or not at all.
  const [first, ...rest] = withChecksInside(plan.segments);
  const segments: readonly SchemaSegment[] =
    first?.transaction === true
      ? [{ transaction: true, steps: [...steps, ...first.steps] }, ...rest]
      : [{ transaction: true, steps }, ...plan.segments];
  return { ...plan, segments };
}

function withChecksInside(segments: readonly SchemaSegment[]): readonly SchemaSegment[] {
  const [first, second, ...rest] = segments;
  const isChecks = first?.steps.every(({ verb }) => verb === "check") === true;
  if (!isChecks || second?.transaction !== true) return segments;
  return [{ transaction: true, steps: [...first.steps, ...second.steps] }, ...rest];
}

const counted: ReadonlySet<string> = new Set(["table", "column", "enum", "domain", "composite"]);

/** Where what rows are made of is afterwards, for what is elsewhere then. */
export function movedFacts(from: Catalog, renames: readonly Rename[]): ReadonlyMap<FactId, FactId> {
  if (renames.length === 0) return new Map();
  const byOld = new Map<string, FactName>();
  for (const { kind, old, new: now } of renames) {
    if (kind !== "enum value") byOld.set(factId(kind, old), now);
  }
  const moved = new Map<FactId, FactId>();
  for (const fact of from.facts.values()) {
    if (!counted.has(fact.kind)) continue;
    const id = factId(fact.kind, nameAfter(fact, byOld));
    if (id !== fact.id) moved.set(fact.id, id);
  }
  return moved;
}

function nameAfter(fact: Fact, byOld: ReadonlyMap<string, FactName>): FactName {
  const own = byOld.get(fact.id);
  if (own !== undefined) return own;
  const { schema, relation } = fact.name;
  const inner = relation === undefined ? undefined : byOld.get(fact.parent ?? "");
  if (inner !== undefined) {
    const outer = inner.schema === undefined ? {} : { schema: inner.schema };
    return { ...fact.name, ...outer, relation: inner.name };
  }
  const outer = schema === undefined ? undefined : byOld.get(factId("schema", { name: schema }));
  return outer === undefined ? fact.name : { ...fact.name, schema: outer.name };
}
