/**
 * Project x ledger -> Plan. Pure: every question to the database has been answered before, and the parser is handed
 * in. What can't be done is refused here, before anything is changed.
 */
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { baselineId, type LedgerEntry, type LedgerState } from "../ledger/ledger.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { Project } from "../project/project.ts";
import type { ScriptOptions } from "./script.ts";
import { editsOf } from "./edits.ts";
import { createNeedsTally, type NeedsTally, type PlanNeeds } from "./needs.ts";
import {
  sealPlan,
  type HealedMigration,
  type Plan,
  type PlannedUnit,
  type SqlUnit,
  type UnitIdentity,
} from "./plan.ts";
import type { ReplacedLine } from "../project/lock.ts";
import { refuseStanding, unknownId } from "./refusals.ts";
import { compareIds, standingOf, type AppliedMigration } from "./standing.ts";
import type { StrategyKind } from "./strategy.ts";
import { baselineIdentity, baselineUnitOf, unitOf, type UnitOptions } from "./unit.ts";

export interface PlanRequest {
  readonly project: Project;
  readonly strategy: StrategyKind;
  readonly ledger: LedgerState;
  /** How files are read. */
  readonly script: ScriptOptions;
  readonly choices: PlanChoices;
  /** Given where something is to follow the plan: what that asks for is added to it. */
  readonly needs?: NeedsTally;
}

/** What the user decided. */
export interface PlanChoices {
  readonly allowEdited: readonly string[];
  readonly allowOutOfOrder: boolean;
  readonly allowMissing: boolean;
  /** The baseline may be loaded in several transactions, which gives up all-or-nothing. */
  readonly splitBaseline: boolean;
  /** No further than this migration. */
  readonly to: string | undefined;
  /** Kinds that a declared schema's plan may drop, or `all`. */
  readonly allowDrop: readonly string[];
  /** A declared schema's plan drops nothing: what is there and not declared stays. */
  readonly additive: boolean;
  /** A table whose columns stand in another order than declared is made again, with its rows; by default it stays. */
  readonly columnOrder?: "keep" | "rebuild";
  /**
   * False: a declared schema's plan is not tried in scratch before it is handed out; `several`: only one of several
   * transactions is, since one alone leaves all or nothing.
   */
  readonly prove?: boolean | "several";
}

export interface Planned {
  readonly plan: Plan;
  readonly needs: PlanNeeds;
  /** Changed in meaning and not allowed: the caller fetches what was applied, and refuses. */
  readonly edited: readonly AppliedMigration[];
}

export async function makePlan(request: PlanRequest): Promise<Planned> {
  const { project, ledger, choices } = request;
  const entries = ledger.kind === "present" ? ledger.entries : [];
  const journal = ledger.kind === "present" ? ledger.journal : [];
  const loadsBaseline =
    request.strategy === "load-baseline" || request.strategy === "baseline-then-migrate";
  const { baseline, migrations, replaced } = project;
  const standing = standingOf({
    migrations,
    replaced: loadsBaseline ? [] : replaced,
    baseline: loadsBaseline ? undefined : baseline,
    entries,
    journal,
  });
  const included = loadsBaseline ? includedIn(project) : [];
  refuseStanding(standing, { outOfOrder: choices.allowOutOfOrder, missing: choices.allowMissing });
  const { healed, edited } = editsOf(standing.changed, new Set(choices.allowEdited));
  const pending = upTo(
    standing.pending.filter((file) => !included.includes(file)),
    request,
  );
  // What was begun in parts is gone on with in the same parts.
  const isSplit = choices.splitBaseline || journal.some((part) => part.migrationId === baselineId);
  const baselineLocksMax = isSplit ? baselineLocksMaxWhenSplit : undefined;
  const needs = request.needs ?? createNeedsTally();
  const warnings: Finding[] = [];
  const script = { ...request.script, onWarning: (found: Finding) => void warnings.push(found) };
  const options: UnitOptions = { ...script, journal, baselineLocksMax, needs };
  const units: PlannedUnit[] = [];
  if (loadsBaseline && baseline !== undefined)
    units.push(withReplaced(await baselineUnitOf(baseline, included, options), replaced));
  for (const file of pending) units.push(await unitOf(file, options));
  const baselineHealed = compareBaseline(request, entries);
  const plan = sealPlan({
    format: 1,
    scope: project.config.scope,
    strategy: request.strategy,
    settings: project.config.settings,
    units,
    healed: [...healed, ...baselineHealed],
    notes: [...healed.map(healedNote), ...warnings],
  });
  return { plan, edited, needs: needs.needs() };
}

/** Recorded as well, so that a checkout which still has their files finds nothing lacking. */
function withReplaced(unit: SqlUnit, replaced: readonly ReplacedLine[]): SqlUnit {
  const identities = replaced.map(({ id, bytesHash, meaningHash }): UnitIdentity => ({
    ...{ id, kind: "migration", title: undefined, path: unit.identity.path },
    ...{ bytesHash, meaningHash },
  }));
  return { ...unit, included: [...identities, ...unit.included] };
}

/** Far below what the smallest usual server has room for. */
const baselineLocksMaxWhenSplit = 1_000;

/** The migrations on disk that the baseline holds. */
function includedIn({ baseline, migrations }: Project): readonly MigrationFile[] {
  switch (baseline?.includes.kind) {
    case "assumedAll":
      return migrations;
    case "upTo": {
      const { id } = baseline.includes;
      const place = migrations.findIndex((file) => file.id === id);
      if (place >= 0) return migrations.slice(0, place + 1);
      return migrations.filter((file) => compareIds(file.id, id) <= 0);
    }
    default:
      return [];
  }
}

function upTo(pending: readonly MigrationFile[], request: PlanRequest): readonly MigrationFile[] {
  const { to } = request.choices;
  if (to === undefined) return pending;
  const { migrations } = request.project;
  const last = migrations.findIndex((file) => file.id === to);
  if (last < 0) throw unknownId(to, migrations);
  const within = new Set(migrations.slice(0, last + 1));
  return pending.filter((file) => within.has(file));
}

/** With a baseline alone, another one than was loaded is drift; white space is not. */
function compareBaseline(
  { project, strategy }: PlanRequest,
  entries: readonly LedgerEntry[],
): readonly HealedMigration[] {
  const { baseline, migrationsFolder } = project;
  if (strategy !== "compare-baseline" || baseline === undefined) return [];
  const identity = baselineIdentity(baseline);
  const loaded = entries.find((entry) => entry.kind === "baseline");
  // Made by migrations that are gone: what is missing is told of those.
  if (loaded === undefined && migrationsFolder !== undefined) return [];
  if (loaded?.bytesHash === identity.bytesHash) return [];
  if (loaded !== undefined && loaded.meaningHash === identity.meaningHash) {
    return [{ identity, reason: "bytes" }];
  }
  const message =
    loaded === undefined
      ? "This database was not made from the project's complete schema, and there are no migrations."
      : `${identity.path} is another schema than the one that was loaded on ${loaded.appliedAt.slice(0, 10)}.`;
  throw new LockstepError("PLAN.BASELINE_CHANGED", message, {
    where: { file: identity.path },
    next: "lockstep rebuild makes a new database from it, with the rows of this one (lockstep diff --from live --to baseline --sql shows the difference); or restore the file, or add a migration",
  });
}

function healedNote({ identity, reason }: HealedMigration): Finding {
  const message =
    reason === "bytes"
      ? `${identity.id} was written anew and means the same: the ledger takes the new hash`
      : `${identity.id} was changed after it was applied, and the change is allowed: nothing is run`;
  return {
    code: reason === "bytes" ? "PLAN.HEALED" : "PLAN.EDIT_ALLOWED",
    severity: "info",
    message,
    where: { file: identity.path },
  };
}
