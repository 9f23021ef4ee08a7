/**
 * `lockstep diff NAME`: the difference between the project's migrations and another schema as a migration of the
 * project's own manner, with its way back and its line in the lock file. Nothing is written before the plan is there.
 */
import type { Clock } from "../ports/clock.ts";
import type { Files } from "../ports/files.ts";
import { LockstepError } from "../core/errors.ts";
import { migrationWords } from "../project/migration-name.ts";
import type { Project } from "../project/project.ts";
import type { VersionChoice } from "../project/convention.ts";
import { migrationSql, wayBackSql } from "../plan/migration_text.ts";
import { diff, type DiffOptions, type DiffReport } from "./diff.ts";
import { newMigration, type NewMigrationReport } from "./new-migration.ts";
import { lockTextOf } from "./steps/prove/lock-text.ts";
import { remakeWith } from "./steps/source/remake.ts";
import type { SourcePorts } from "./steps/source/ports.ts";

export interface WriteMigrationOptions extends Omit<DiffOptions, "inverse"> {
  readonly name: string;
  readonly files: Files;
  readonly project: Project;
  readonly version: VersionChoice;
  readonly acceptVague: boolean;
  readonly author: string | undefined;
  readonly now: Date;
  readonly clock: Clock;
  /** False: no down file. */
  readonly withWayBack: boolean;
}

export interface WrittenDiff extends DiffReport {
  /** Undefined: the two are equal, and nothing was written. */
  readonly migration: NewMigrationReport | undefined;
}

export async function writeMigration(
  ports: SourcePorts,
  options: WriteMigrationOptions,
): Promise<WrittenDiff> {
  // A bad name is refused before anything is loaded.
  migrationWords(options.name, options);
  refuseOtherBeginnings(options.from);
  const { report, difference } = await diff(ports, { ...options, inverse: options.withWayBack });
  if (report.equal) return { ...report, migration: undefined };
  const { plan, inverse, reached } = difference;
  const isCertain =
    reached !== undefined &&
    options.project.migrations.every(({ kind }) => kind === "sql") &&
    options.project.lock?.lines.every(({ fingerprints }) => fingerprints.kind !== "unknown") !==
      false;
  const migration = await newMigration({
    ...options,
    isData: false,
    sql: `\n${migrationSql(plan.segments)}`,
    ...(inverse === undefined ? {} : { downSql: wayBackSql(inverse, plan) }),
    ...(isCertain
      ? {
          fingerprint: { major: report.major, value: await lockTextOf(remakeWith(ports))(reached) },
        }
      : {}),
  });
  return { ...report, migration };
}

/** A migration goes on where the others end; written from anywhere else it would fit no database. */
function refuseOtherBeginnings(from: string | undefined): void {
  if (from === undefined || from === "migrations" || from === "baseline") return;
  throw new LockstepError(
    "USAGE.INVALID",
    `a migration begins where the migrations end, and --from ${from} is another schema`,
    { next: `leave out --from, or leave out the name: lockstep diff --from ${from} --sql` },
  );
}
