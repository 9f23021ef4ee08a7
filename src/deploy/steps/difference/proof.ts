/**
 * A plan proved before anybody sees it: applied to a stand-in of the from-side with rows in it, the catalog must be
 * the to-side's, a second plan empty, and every row there that the plan does not announce to lose. A plan of which
 * one of these does not hold is refused; the side itself is never touched.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import { kinds } from "../../../catalog/kinds.ts";
import { LockstepError } from "../../../core/errors.ts";
import { rowsInTheWay } from "../../../plan/checks/text.ts";
import type { PlanOptions } from "../../../plan/planning.ts";
import { planSchema, type SchemaPlan } from "../../../plan/schema_plan.ts";
import type { Clock } from "../../../ports/clock.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { compareSides, type Comparison } from "../prove/compare.ts";
import { openExceptions } from "../prove/exceptions.ts";
import { fillTables } from "../prove/rows.ts";
import { missingRole } from "../source/failure.ts";
import { RoleNeeded } from "../source/load.ts";
import type { SourcePorts } from "../source/ports.ts";
import { remakeWith } from "../source/remake.ts";
import type { PlanWayBack } from "./way-back.ts";
import { countRows, touchedTables, unannounced, type Moved, type RowCount } from "./rows.ts";
import { runSegments, StepFailed } from "./run-plan.ts";
import type { StandIn } from "./stand-in.ts";
import { standInRole } from "../source/stand-in-role.ts";

export type PlanProof =
  /** There was nothing to prove. */
  | { readonly kind: "empty" }
  /** The caller asked for it: --no-prove. */
  | { readonly kind: "skipped" }
  /** It was proved when it was made: the plan is one from a file. */
  | { readonly kind: "before" }
  | {
      readonly kind: "proved";
      readonly durationMs: number;
      /** Tables that had rows while the plan ran. */
      readonly tablesWithRows: number;
      /** Steps that some rows would stand in the way of, with what the server says then. */
      readonly rowsInTheWay: readonly RowsInTheWay[];
      /** The inverse plan was tried too, and led back. */
      readonly wayBack: boolean;
    };

export interface RowsInTheWay {
  readonly object: string;
  readonly message: string;
}

export interface ProofRequest {
  readonly standIn: StandIn;
  readonly from: Catalog;
  /** Where the plan leads. */
  readonly to: Catalog;
  readonly plan: SchemaPlan;
  readonly moved: Moved;
  /** What the plan was made with. */
  readonly options: PlanOptions;
  readonly clock: Clock;
  /** Made when the plan has been applied, on that database. */
  readonly inverse: PlanWayBack | undefined;
}

export interface Proved {
  readonly proof: PlanProof & { readonly kind: "proved" };
  /** The catalog that the plan led to, read back. */
  readonly reached: Catalog;
  readonly inverse: SchemaPlan | undefined;
}

type ProofOf = Omit<Proved["proof"], "durationMs">;

interface Tried {
  readonly proof: ProofOf;
  readonly reached: Catalog;
  readonly inverse: SchemaPlan | undefined;
}

export async function provePlan(ports: SourcePorts, request: ProofRequest): Promise<Proved> {
  const startedAt = request.clock.monotonicMs();
  const { proof, ...rest } = await tryBothWays(ports, request);
  const durationMs = Math.round(request.clock.monotonicMs() - startedAt);
  return { ...rest, proof: { ...proof, durationMs } };
}

async function tryBothWays(ports: SourcePorts, request: ProofRequest): Promise<Tried> {
  const roles = new Set<string>();
  const withRows = await attempt(ports, { ...request, roles, withRows: true });
  if (withRows.kind === "done") return withRows.tried;
  const without = await attempt(ports, { ...request, roles, withRows: false });
  if (without.kind === "rows in the way") throw stepFailed(without.failure);
  const { object } = withRows.failure.step;
  const inTheWay = [{ object, message: withRows.failure.message }];
  return { ...without.tried, proof: { ...without.tried.proof, rowsInTheWay: inTheWay } };
}

type Attempt =
  | { readonly kind: "done"; readonly tried: Tried }
  | { readonly kind: "rows in the way"; readonly failure: StepFailed };

interface AttemptRequest extends ProofRequest {
  readonly withRows: boolean;
  /** Those that the plan names and a scratch server lacks: made there, where the server is ours alone. */
  readonly roles: Set<string>;
}

async function attempt(ports: SourcePorts, request: AttemptRequest): Promise<Attempt> {
  for (;;) {
    // What it does to roles stays when a copy is dropped, so that each attempt has a server of its own.
    if (changesRoles(request.plan)) await stoodIn(() => request.standIn.isolate());
    const database = await stoodIn(() => request.standIn.copy());
    const session = await database.connect({ applicationName: "lockstep scratch" });
    try {
      for (const role of request.roles) await makeRole(session, role);
      return { kind: "done", tried: await proveOn(session, ports, request) };
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      const role = missingRole(error.error);
      if (role === undefined || request.roles.has(role)) {
        if (!request.withRows || !isAboutRows(error.error)) {
          throw (await takenOut(session, request.to, error)) ?? stepFailed(error);
        }
        return { kind: "rows in the way", failure: error };
      }
      if (request.roles.size === 0) await stoodIn(() => request.standIn.isolate());
      request.roles.add(role);
    } finally {
      await session.close();
      await database.drop();
    }
  }
}

function changesRoles({ segments }: SchemaPlan): boolean {
  return segments.some(({ steps }) => steps.some(({ kind }) => clusterKinds.has(kind)));
}

const clusterKinds: ReadonlySet<string> = new Set(
  Object.entries(kinds).flatMap(([kind, entry]) => ("optIn" in entry ? [kind] : [])),
);

/** It may be there already, from an attempt before. */
async function makeRole(session: Session, role: string): Promise<void> {
  await session.script(standInRole(role)).catch((error: unknown) => {
    if (!(error instanceof ServerError && error.sqlState === "42710")) throw error;
  });
}

/** A check of the plan, an integrity constraint violation, a data exception: only rows can cause them. */
function isAboutRows({ sqlState }: ServerError): boolean {
  return sqlState === rowsInTheWay || sqlState.startsWith("23") || sqlState.startsWith("22");
}

async function proveOn(
  session: Session,
  ports: SourcePorts,
  request: AttemptRequest,
): Promise<Tried> {
  const { plan, from, to, moved, withRows } = request;
  const touched = withRows ? touchedTables({ plan, from, to, moved }) : new Set<string>();
  if (touched.size > 0) await fillTables(session, from, touched);
  const before = await countRows(session, from, touched);
  await runSegments(session, plan.segments);
  const reached = await ports.readCatalog(session, { inScratch: true });
  const isOrdered = request.options.columnOrder === "rebuild" && plan.otherOrder.length === 0;
  const compare = {
    level: isOrdered ? "strict" : "column-order",
    exceptions: openExceptions([], ""),
    remake: remakeWith(ports),
  } as const;
  const found = await compareSides(to, reached, compare);
  if (!found.isEqual) throw elsewhere(found, "the plan does not lead to the other side");
  const there = new Set([...touched].map((id) => moved.get(id) ?? id));
  const after = await countRows(session, to, there);
  refuseLosses(unannounced({ plan, moved, from, to, before, after }));
  const wayBack = await request.inverse?.(session);
  const inverse = wayBack?.plan;
  if (wayBack !== undefined) {
    await runSegments(session, wayBack.rest.segments).catch((error: unknown) => {
      throw error instanceof StepFailed ? stepFailed(error, "back") : error;
    });
    const there = await ports.readCatalog(session, { inScratch: true });
    const isBack = isOrdered && wayBack.plan.otherOrder.length === 0;
    const back = await compareSides(from, there, {
      ...compare,
      level: isBack ? "strict" : "column-order",
    });
    if (!back.isEqual) throw elsewhere(back, "the way back does not lead to where it began");
  } else {
    const second = planSchema(reached, found.settled.length > 0 ? reached : to, request.options);
    const [step] = second.segments.flatMap(({ steps }) => steps);
    if (step !== undefined)
      throw unproved(`a second plan is not empty: ${step.object}`, [step.object]);
  }
  const tablesWithRows = countFilled(before);
  const proof = {
    kind: "proved",
    tablesWithRows,
    rowsInTheWay: [],
    wayBack: inverse !== undefined,
  } as const;
  return { proof, reached, inverse };
}

function countFilled(count: RowCount): number {
  return [...count.values()].filter(({ rows }) => rows > 0).length;
}

/** A stand-in that can't be made is the plan's business only as far as it can't be tried. */
export async function stoodIn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LockstepError) throw notTried(error.message, error);
    if (error instanceof RoleNeeded) throw notTried(`it needs the role ${error.message}`, error);
    throw error;
  }
}

function notTried(reason: string, cause: Error): LockstepError {
  return new LockstepError(
    "DIFF.NOT_TRIED",
    `the schema as it is can't be made in scratch, so the plan could not be tried: ${reason}`,
    { cause, state: "nothing was changed" },
  );
}

function refuseLosses(lines: readonly string[]): void {
  const [first] = lines;
  if (first === undefined) return;
  throw unproved(`the plan loses what it does not announce: ${first}`, lines);
}

function stepFailed({ step, error }: StepFailed, way: "there" | "back" = "there"): LockstepError {
  const what = way === "there" ? "the plan fails" : "the way back fails";
  const statement = step.statements.map((text) => text.split("\n")[0] ?? "");
  return unproved(`${what} in scratch at ${step.object}: ${error.message}`, [
    ...statement.slice(0, 3),
  ]);
}

const alreadyThere: ReadonlySet<string> = new Set(["42710", "42723", "42P07"]);

/** What CREATE EXTENSION has made already, since on the other side it was taken out of the extension. */
async function takenOut(
  session: Session,
  to: Catalog,
  { step, error }: StepFailed,
): Promise<LockstepError | undefined> {
  if (!alreadyThere.has(error.sqlState)) return undefined;
  await session.script("rollback");
  // The failed step's transaction may have made the extension. The copy goes anyway, whatever comes of this.
  for (const { kind, name, payload } of to.facts.values()) {
    if (kind !== "extension") continue;
    const schema = quoteIdentifier(payload.schema);
    const made = `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name.name)} WITH SCHEMA ${schema} CASCADE`;
    await session.script(`CREATE SCHEMA IF NOT EXISTS ${schema}`).catch(() => undefined);
    await session.script(made).catch(() => undefined);
  }
  const name = step.object.slice(step.object.indexOf(":") + 1);
  const [row] = await session.query(
    `select e.extname, o.type from pg_depend d join pg_extension e on e.oid = d.refobjid
     cross join lateral pg_identify_object(d.classid, d.objid, d.objsubid) o
     where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e' and o.identity = $1`,
    [name],
  );
  if (row === undefined) return undefined;
  const [extension, type] = [String(row["extname"]), String(row["type"])];
  return new LockstepError(
    "DIFF.TAKEN_OUT",
    `${type} ${name} comes with the extension ${extension}, and was taken out of it by ALTER EXTENSION ... DROP`,
    {
      sqlState: error.sqlState,
      state: "nothing was changed: the plan was tried in a scratch database, which is gone",
      data: { object: step.object, extension },
    },
  );
}

function elsewhere({ differences }: Comparison, message: string): LockstepError {
  const lines = differences.map(({ object, presence, attributes }) => {
    if (presence === "left") return `${object}: wanted, and not there afterwards`;
    if (presence === "right") return `${object}: there afterwards, and not wanted`;
    return `${object}: ${attributes.map(({ attribute }) => attribute).join(", ")}`;
  });
  return unproved(
    `${message}: ${lines[0] ?? ""}`,
    lines,
    differences.map(({ id }) => id),
  );
}

function unproved(
  message: string,
  lines: readonly string[],
  objects: readonly string[] = [],
): LockstepError {
  return new LockstepError("DIFF.UNPROVED", message, {
    notes: lines.slice(0, 20),
    state: "nothing was changed: the plan was tried in a scratch database, which is gone",
    data: { objects },
  });
}
