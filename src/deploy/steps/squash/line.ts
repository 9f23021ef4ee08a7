/**
 * How far a squash goes: the newest migration that every named target has, or the one that the user names, or the
 * newest there is. Pure; what can't be a line is refused here, before anything is replayed.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { LedgerState } from "../../../ledger/ledger.ts";
import { unknownId } from "../../../plan/refusals.ts";
import type { MigrationFile } from "../../../project/migration.ts";
import type { Project } from "../../../project/project.ts";

export interface SquashTarget {
  readonly name: string;
  readonly ledger: LedgerState;
}

export interface LineRequest {
  /** With its archive. */
  readonly project: Project;
  readonly to: string | undefined;
  readonly targets: readonly SquashTarget[];
}

export interface Line {
  /** The newest that the baseline will include. */
  readonly last: MigrationFile;
  /** All up to it, those of earlier squashes first. */
  readonly upTo: readonly MigrationFile[];
  /** Those of them that still lie in the folder. */
  readonly moving: readonly MigrationFile[];
  /** For people: why it ends there. */
  readonly reason: string;
}

/** Undefined: everything up to there is squashed already. */
export function chooseLine(request: LineRequest): Line | undefined {
  const { project, to, targets } = request;
  const { migrations } = project;
  for (const target of targets) refuseStale(project, target);
  const common = commonCount(migrations, targets);
  const wanted = to === undefined ? common : placeOf(to, migrations) + 1;
  if (wanted > common) throw ahead(migrations[common], targets);
  const upTo = migrations.slice(0, wanted);
  const last = upTo.at(-1);
  if (last === undefined) throw nothing(request);
  const moving = upTo.filter(({ id }) => !project.archived.has(id));
  if (moving.length === 0) return undefined;
  refuseBehind(project, upTo);
  return { last, upTo, moving, reason: reasonOf(request) };
}

function placeOf(id: string, migrations: readonly MigrationFile[]): number {
  const place = migrations.findIndex((file) => file.id === id);
  if (place < 0) throw unknownId(id, migrations);
  return place;
}

function commonCount(
  migrations: readonly MigrationFile[],
  targets: readonly SquashTarget[],
): number {
  const applied = targets.map(appliedIn);
  const first = migrations.findIndex(({ id }) => applied.some((ids) => !ids.has(id)));
  return first < 0 ? migrations.length : first;
}

function appliedIn({ ledger }: SquashTarget): ReadonlySet<string> {
  if (ledger.kind === "absent") return new Set();
  return new Set(ledger.entries.filter(({ state }) => state === "applied").map(({ id }) => id));
}

function refuseStale({ migrations, replaced }: Project, { name, ledger }: SquashTarget): void {
  if (ledger.kind === "absent") {
    throw new LockstepError("LEDGER.ABSENT", `${name} has no ledger: what it has is not known`, {
      next: "lockstep deploy there, or leave it out of --targets",
    });
  }
  const known = new Set([...migrations, ...replaced].map(({ id }) => id));
  const strange = ledger.entries.filter(({ id, kind }) => kind === "migration" && !known.has(id));
  const [first] = strange;
  if (first === undefined) return;
  const more = strange.length > 1 ? ` and ${strange.length - 1} more` : "";
  throw new LockstepError(
    "SQUASH.STALE",
    `${name} has ${first.id}${more}, which this checkout does not have`,
    { data: { target: name, ids: strange.map(({ id }) => id) } },
  );
}

function ahead(
  lacking: MigrationFile | undefined,
  targets: readonly SquashTarget[],
): LockstepError {
  const id = lacking?.id ?? "";
  const names = targets.filter((target) => !appliedIn(target).has(id)).map(({ name }) => name);
  return new LockstepError("SQUASH.AHEAD", `${names.join(", ")}: ${id} is not applied`, {
    data: { id, targets: names },
  });
}

function nothing({ project, targets }: LineRequest): LockstepError {
  const message =
    targets.length > 0 && project.migrations.length > 0
      ? `no migration is applied in all of ${targets.map(({ name }) => name).join(", ")}`
      : "the project has no migrations";
  return new LockstepError("SQUASH.NOTHING", message);
}

/** A baseline never goes back. */
function refuseBehind({ baseline }: Project, upTo: readonly MigrationFile[]): void {
  if (baseline === undefined || baseline.includes.kind !== "upTo") return;
  const ids = new Set(upTo.map(({ id }) => id));
  const beyond = baseline.includedIds.find((id) => !ids.has(id));
  if (beyond === undefined) return;
  throw new LockstepError(
    "SQUASH.BEHIND",
    `the baseline includes migrations up to ${baseline.includes.id}, and the squash would end before ${beyond}`,
    { where: { file: baseline.files[0]?.path ?? "" } },
  );
}

function reasonOf({ to, targets }: LineRequest): string {
  if (to !== undefined) return "as --to says";
  if (targets.length === 0) return "the newest of the project; no target was named";
  return `the newest that is applied in ${targets.map(({ name }) => name).join(", ")}`;
}
