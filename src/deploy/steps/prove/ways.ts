/**
 * The ways from an empty database to the project's schema: fresh, and one for every starting point that a living
 * database may have had. Pure: which files each takes; replaying them is somebody else's.
 */
import type { MigrationFile } from "../../../project/migration.ts";
import type { Project } from "../../../project/project.ts";
import type { Baseline } from "../../../project/schema.ts";
import type { ReplayStep } from "../replay/replay.ts";

export interface ReplayedWay {
  readonly kind: "fresh" | "upgraded";
  readonly name: string;
  /** For people. */
  readonly description: string;
  readonly steps: readonly ReplayStep[];
}

/** A way that the project does not have, and why. */
export interface AbsentWay {
  readonly name: string;
  readonly reason: string;
}

export interface Ways {
  readonly replayed: readonly ReplayedWay[];
  readonly absent: readonly AbsentWay[];
  /** Steps on those ways that are done by hand: nobody replays them. */
  readonly byHand: readonly string[];
}

export function waysOf(project: Project): Ways {
  const { baseline, migrations, startingPoints } = project;
  const replayed: ReplayedWay[] = [];
  const absent: AbsentWay[] = [];
  if (baseline !== undefined) replayed.push(wayFrom(baseline, project, "fresh"));
  const gone = goneMigrations(project);
  if (migrations.length === 0) {
    absent.push({ name: "upgraded", reason: "the project has no migrations" });
  } else if (gone === undefined) {
    const kind = baseline === undefined ? "fresh" : "upgraded";
    const description = `${count(migrations.length)}, none left out`;
    replayed.push({ kind, name: `${kind} from empty`, description, steps: migrations.map(up) });
  } else {
    const reason = `the files of the migrations up to ${gone} are gone; a baseline stands for them`;
    absent.push({ name: "upgraded from empty", reason });
  }
  for (const point of startingPoints) replayed.push(wayFrom(point, project, "upgraded"));
  return { replayed, absent, byHand: byHandOn(replayed) };
}

function byHandOn(ways: readonly ReplayedWay[]): readonly string[] {
  const steps = ways.flatMap((way) => way.steps);
  const ids = steps.flatMap((step) =>
    step.kind === "up" && step.file.kind === "external" ? [step.file.id] : [],
  );
  return [...new Set(ids)];
}

function wayFrom(baseline: Baseline, project: Project, kind: "fresh" | "upgraded"): ReplayedWay {
  const included = new Set(baseline.includedIds);
  const { migrations } = project;
  const inside = migrations.filter(({ id }) => included.has(id));
  const later = migrations.filter(({ id }) => !included.has(id));
  const path = baseline.files.map((file) => file.path).join(", ");
  const name = kind === "fresh" ? "fresh" : `upgraded from ${pointName(baseline)}`;
  const description = later.length === 0 ? path : `${path}, then ${count(later.length)}`;
  const first: ReplayStep = { kind: "baseline", baseline, included: inside };
  return { kind, name, description, steps: [first, ...later.map(up)] };
}

function pointName(baseline: Baseline): string {
  return baseline.header.schemaVersion ?? baseline.files[0]?.path ?? "";
}

/**
 * The newest migration of those that were before the first file: where a baseline says that it includes one which is
 * not on disk, the files do not reach back to an empty database.
 */
export function goneMigrations({ baseline, startingPoints }: Project): string | undefined {
  for (const { includes, includedIds } of [...startingPoints, ...optional(baseline)]) {
    if (includes.kind === "upTo" && !includedIds.includes(includes.id)) return includes.id;
  }
  return undefined;
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function up(file: MigrationFile): ReplayStep {
  return { kind: "up", file };
}

function count(migrations: number): string {
  return `${migrations} migration${migrations === 1 ? "" : "s"}`;
}
