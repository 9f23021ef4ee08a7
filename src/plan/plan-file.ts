/**
 * A plan as a file that somebody reads before it is carried out: with the state of the target that it was made for,
 * and a hash over all of it. It holds no secret, as plans don't: values of variables are put in when it is applied.
 */
import type { CatalogChange } from "../catalog/change.ts";
import type { ObjectDigests } from "../catalog/object_digests.ts";
import { LockstepError, type JsonValue } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import type { LedgerState } from "../ledger/ledger.ts";
import type { PlanChoices } from "./make.ts";
import type { PlanNeeds } from "./needs.ts";
import { sealPlan, type Plan, type PlannedUnit, type Segment, type SqlUnit } from "./plan.ts";
import type { SchemaPlan } from "./schema_plan.ts";

export const planFileFormat = "lockstep plan";

/** What a plan was made for; another state needs another plan. */
export interface TargetState {
  /** Of the catalog, strict. */
  readonly catalog: string;
  /** Over what is applied and half applied. */
  readonly ledger: string;
  /** So that what has changed since can be named; files of earlier releases have none. */
  readonly objects?: ObjectDigests;
}

export interface PlanFileContent extends PlannedFor {
  readonly format: typeof planFileFormat;
  readonly version: 1;
  /** Of lockstep: another may read the same words otherwise. */
  readonly madeBy: string;
  /** Whether the plan was tried in scratch; only a declared schema's is. */
  readonly isProved: boolean;
}

/** The plan with all that it depends on. */
export interface PlannedFor {
  readonly target: TargetState;
  readonly choices: Omit<PlanChoices, "prove">;
  /** Without the values of variables: what holds some has no segments here. */
  readonly plan: Plan;
  /** The text of what has variables, by its id, with the variables' names. */
  readonly texts: Readonly<Record<string, string>>;
  /** What it asks of the server. */
  readonly needs: PlanNeeds;
  /** Of a declared schema's plan. */
  readonly declared?: DeclaredPart;
}

/** What a plan by difference has besides its statements: what each is for, what it loses, and where all lead. */
export interface DeclaredPart {
  readonly schema: SchemaPlan;
  /** From the target's catalog as it was to the one that the plan leads to. */
  readonly change: CatalogChange;
}

export interface PlanFile extends PlanFileContent {
  /** Over all of the above. */
  readonly hash: string;
}

/**
 * A plan that anybody may read: where values were put into a file's statements, the file's own text stands for them.
 * The same files give the same, whatever the values are.
 */
export function withoutValues(
  plan: Plan,
  textsOf: (id: string) => UnitTexts,
): Pick<PlannedFor, "plan" | "texts"> {
  const texts: Record<string, string> = {};
  const units = plan.units.map((unit): PlannedUnit => {
    if (unit.kind !== "sql" || unit.identity.kind === "declared") return unit;
    const found = textsOf(unit.identity.id);
    if (holdsStatements(found, unit)) return unit;
    texts[unit.identity.id] = found.own;
    return { ...unit, segments: [], messages: [] };
  });
  const { hash: _hash, ...content } = plan;
  return { plan: sealPlan({ ...content, units }), texts };
}

/** The text of a migration, and of the files that it reads. */
export interface UnitTexts {
  readonly own: string;
  readonly included: readonly string[];
}

/** Whether every statement stands in the files word for word. */
export function holdsStatements(
  { own, included }: UnitTexts,
  { segments }: Pick<SqlUnit, "segments">,
): boolean {
  const text = [own, ...included].join("\n");
  return segments.every((segment) => isVerbatim(segment, text));
}

function isVerbatim(segment: Segment, text: string): boolean {
  const steps =
    segment.kind === "transaction" ? segment.steps : segment.kind === "alone" ? [segment.step] : [];
  const sent = segment.kind === "interpreted" ? [segment.text.trim()] : steps.map(({ sql }) => sql);
  return [...sent, ...segment.session].every((sql) => text.includes(sql.replace(/;$/, "")));
}

export function sealPlanFile(content: PlanFileContent): PlanFile {
  return { ...content, hash: hashOf(content) };
}

export function formatPlanFile(file: PlanFile): string {
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Refuses what was changed since it was written. */
export function parsePlanFile(text: string, path: string): PlanFile {
  const value = parsed(text);
  if (!isPlanFile(value)) {
    throw new LockstepError("PLAN.FILE_INVALID", `${path} is no plan of lockstep`, {
      where: { file: path },
    });
  }
  const { hash, ...content } = value;
  if (content.version !== 1) {
    const message = `${path} is a plan of format ${String(content.version)}, and this lockstep reads 1`;
    throw new LockstepError("PLAN.FILE_INVALID", message, { where: { file: path } });
  }
  if (hash !== hashOf(content)) {
    const message = `${path} is not as it was written: its hash is another`;
    throw new LockstepError("PLAN.FILE_CHANGED", message, { where: { file: path } });
  }
  return value;
}

function parsed(text: string): unknown {
  try {
    // What JSON gives is any.
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The hash says the rest: nothing but lockstep writes one that fits. */
function isPlanFile(value: unknown): value is PlanFile {
  if (typeof value !== "object" || value === null) return false;
  return "format" in value && value.format === planFileFormat && "hash" in value && "plan" in value;
}

function hashOf(content: PlanFileContent): string {
  return sha256(JSON.stringify(sorted(content)));
}

/** White space and the order of keys say nothing. */
function sorted(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (typeof value !== "object" || value === null) return null;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** What is applied, and what is half applied. */
export function ledgerStateHash(ledger: LedgerState): string {
  if (ledger.kind === "absent") return sha256("no ledger");
  const { entries, journal } = ledger;
  const applied = entries.map(({ id, state, bytesHash }) => `${id} ${state} ${bytesHash}`);
  const parts = journal.map(
    ({ migrationId, direction, ordinal, state }) =>
      `${migrationId} ${direction} ${ordinal} ${state}`,
  );
  return sha256([...applied.toSorted(), ...parts.toSorted()].join("\n"));
}
