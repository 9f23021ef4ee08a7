/** Which row of the strategy table applies to a project and a target; and the refusals that are rows of it. */
import type { Finding } from "../../core/findings.ts";
import { InternalError, LockstepError } from "../../core/errors.ts";
import { baselineId, type LedgerState } from "../../ledger/ledger.ts";
import type { Planned } from "../../plan/make.ts";
import type { PlanNeeds } from "../../plan/needs.ts";
import type { SqlUnit } from "../../plan/plan.ts";
import { strategyFor, type StrategyKind, type TargetCondition } from "../../plan/strategy.ts";
import { isBaselineAlone } from "../../project/baseline-alone.ts";
import { declaredOf } from "../../project/declared.ts";
import type { Project } from "../../project/project.ts";
import { looksLikeMigration } from "../../project/recognise.ts";
import type { Session } from "../../ports/database.ts";
import type { DeclaredPlan } from "./declare/plan.ts";
import { userObjects } from "./target.ts";

export interface TargetLook {
  readonly condition: TargetCondition;
  /** Some of the objects that are there, where there is no ledger. */
  readonly objects: readonly string[];
}

/** What a deploy is going to do. */
export interface Decided {
  readonly strategy: StrategyKind;
  readonly target: TargetCondition;
  readonly planned: Planned;
  readonly seeds: readonly SqlUnit[];
  /** Of the plan and of the seeds after it. */
  readonly needs: PlanNeeds;
  /** Of a deploy by difference. */
  readonly declared: DeclaredPlan | undefined;
}

export async function lookAtTarget(session: Session, ledger: LedgerState): Promise<TargetLook> {
  // A baseline that was cut off half loaded is gone on with, as into an empty database.
  if (ledger.kind === "present" && isBaselineHalfLoaded(ledger)) {
    return { condition: "empty", objects: [] };
  }
  if (ledger.kind === "present" && ledger.established) return { condition: "ours", objects: [] };
  const objects = await userObjects(session);
  return { condition: objects.length === 0 ? "empty" : "foreign", objects };
}

function isBaselineHalfLoaded({
  entries,
  journal,
}: Extract<LedgerState, { kind: "present" }>): boolean {
  const isBegun = journal.some((part) => part.migrationId === baselineId);
  return isBegun && !entries.some((entry) => entry.id === baselineId);
}

export function decideStrategy(project: Project, target: TargetLook): StrategyKind {
  refuseUnreadFolder(project);
  const strategy = strategyFor({
    hasBaseline: project.baseline !== undefined,
    hasMigrations:
      !isBaselineAlone(project) &&
      (project.migrationsFolder !== undefined || project.replaced.length > 0),
    hasDeclared: (declaredOf(project) ?? project.declared) !== undefined,
    isDeclarative: project.config.strategy === "declarative",
    target: target.condition,
    verifyOnly: false,
  });
  switch (strategy) {
    case "refuse-foreign":
      throw new InternalError("a foreign database is refused before its strategy is decided");
    case "refuse-nothing-there":
      throw new LockstepError(
        "PLAN.EMPTY_PROJECT",
        `${project.root} holds no schema and no migrations`,
      );
    case "refuse-undecided":
      throw new LockstepError(
        "PLAN.UNDECIDED",
        "the project has a declared schema and neither a baseline nor migrations",
      );
    default:
      return strategy;
  }
}

/** What somebody may have written migrations in. */
const written = /\.(?:sql|json|ya?ml|xml)$/i;

/** A folder whose files nobody can put in order is a mistake, and a deploy of nothing would pass for one of everything. */
function refuseUnreadFolder(project: Project): void {
  const { migrations, migrationsFolder, replaced, baseline, declared, findings } = project;
  if (migrationsFolder === undefined || migrations.length > 0 || replaced.length > 0) return;
  if (baseline !== undefined || declared !== undefined) return;
  const strange = findings.filter(
    ({ code, where }) => code === "PROJECT.STRANGE_FILE" && written.test(where?.file ?? ""),
  );
  const [first] = strange;
  if (first === undefined) return;
  const below = folderBelow(migrationsFolder, strange);
  const folder = migrationsFolder === "" ? "the project's folder" : migrationsFolder;
  throw new LockstepError(
    "PLAN.EMPTY_PROJECT",
    `${folder} holds ${strange.length} files, and none of them is taken as a migration`,
    {
      ...(first.where === undefined ? {} : { where: first.where }),
      next:
        below === undefined
          ? "Put a number or a date in front of their names: docs/reference/files.md has the forms"
          : `If ${below} is the folder, write into lockstep.config.json: { "migrations": ${JSON.stringify(below)} }`,
    },
  );
}

/** A folder in it whose own files have such names: migrations of one database of several, as some tools lay them out. */
function folderBelow(folder: string, strange: readonly Finding[]): string | undefined {
  const prefix = folder === "" ? "" : `${folder}/`;
  const [below, ...others] = new Set(
    strange.map(({ where }) => (where?.file ?? "").slice(prefix.length).split("/")[0]),
  );
  if (below === undefined || others.length > 0) return undefined;
  const inside = `${prefix}${below}/`;
  const isTaken = strange.some(({ where }) =>
    looksLikeMigration((where?.file ?? "").slice(inside.length)),
  );
  return isTaken ? `${prefix}${below}` : undefined;
}
