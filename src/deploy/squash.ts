/**
 * `lockstep squash`: one baseline in the place of many migrations. Everything is proved in scratch before the first
 * file is written, and no database is changed: those that have the migrations are the same as those that begin with
 * the baseline, and lockstep.lock says so.
 */
import { LockstepError } from "../core/errors.ts";
import type { EqualityLevel } from "../catalog/level.ts";
import type { Finding } from "../core/findings.ts";
import { archiveFolderNames } from "../project/discover.ts";
import type { Project } from "../project/project.ts";
import { openExceptions } from "./steps/prove/exceptions.ts";
import { inIsolation } from "./steps/replay/isolation.ts";
import { openStage } from "./steps/replay/open.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";
import { composeBaseline, type NewBaseline } from "./steps/squash/compose-baseline.ts";
import { replayEnds, type Ends } from "./steps/squash/ends.ts";
import { chooseLine, type Line, type SquashTarget } from "./steps/squash/line.ts";
import { refuseUnportable } from "./steps/squash/portable.ts";
import { writeSquash, type Moved } from "./steps/squash/write.ts";

export interface SquashRequest {
  /** With its archive. */
  readonly project: Project;
  /** Such as v1.2.0; undefined: the newest migration that the baseline includes gives its name. */
  readonly release?: string | undefined;
  readonly to?: string | undefined;
  readonly targets: readonly SquashTarget[];
  readonly major?: number | undefined;
  readonly level?: EqualityLevel | undefined;
  /** YYYY-MM-DD. */
  readonly today: string;
  /** Proves, and writes nothing. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface SquashReport {
  readonly outcome: "squashed" | "planned" | "nothing-to-do";
  readonly release: string;
  /** The newest migration that the baseline includes. */
  readonly includes: string;
  /** Why the line is there. */
  readonly reason: string;
  /** How many migrations the baseline stands for, those of earlier squashes included. */
  readonly replaces: number;
  readonly baseline: readonly string[];
  readonly isBaselineKept: boolean;
  readonly archive: string;
  readonly moved: readonly Moved[];
  /** Rows in the baseline. */
  readonly rows: number;
  readonly findings: readonly Finding[];
}

export async function squash(ports: ReplayPorts, request: SquashRequest): Promise<SquashReport> {
  const { project } = request;
  const folder = await archiveFolder(ports, project);
  if (request.release !== undefined) refuseName(request.release);
  const line = chooseLine({ ...request, to: request.to });
  if (line === undefined) return alreadyDone(request, folder);
  const release = request.release ?? line.last.id;
  refuseName(release);
  const archive = `${folder}/${release}`;
  await refuseTaken(ports, { archive, line, project, release });
  const { files } = ports;
  await refuseUnportable(files, line.moving);
  const path = await pathForBaseline(ports, project);
  refuseConfig(project, line);
  const { ends, made } = await inIsolation(project, async (isolation) => {
    const { major, signal } = request;
    const stage = openStage({ project, ports, major, isolation, signal });
    const level = request.level ?? project.config.equality;
    const exceptions = openExceptions(project.config.exceptions, request.today);
    const compare = { level, exceptions, remake: stage.remake };
    const found = await replayEnds(stage, line, compare);
    const wish = { path, version: versionOf(release), today: request.today };
    return {
      ends: found,
      made: await composeBaseline(stage, { ends: found, line, wish }, compare),
    };
  });
  const report = reportOf(project, { release, archive, line, ends, made });
  if (request.dryRun === true) return { ...report, outcome: "planned" };
  request.signal?.throwIfAborted();
  const { moving } = line;
  const writing = { project, release, archive, moving, baseline: made.files };
  return { ...report, moved: await writeSquash(files, writing) };
}

function refuseName(release: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(release)) return;
  throw new LockstepError(
    "USAGE.INVALID",
    `${JSON.stringify(release)} is no name for a release: letters, digits and . _ + - are`,
    { next: "lockstep squash --release v1.2.0" },
  );
}

/** The one that is there, else the usual one. */
async function archiveFolder(
  { files }: ReplayPorts,
  { migrationsFolder }: Project,
): Promise<string> {
  const names = archiveFolderNames(migrationsFolder);
  for (const name of names) if (await files.exists(name)) return name;
  return names[0] ?? "archive";
}

/** Everything up to the line is squashed: under this name, or under another. */
function alreadyDone({ project, to, ...request }: SquashRequest, folder: string): SquashReport {
  const { baseline, archived, lock } = project;
  const includes = baseline?.includes.kind === "upTo" ? baseline.includes.id : "";
  const version = baseline?.header.schemaVersion;
  const release = request.release ?? lock?.replaced.at(-1)?.release ?? includes;
  const isNamed = request.release === undefined || version === versionOf(release);
  if (archived.size === 0 || !(isNamed || to !== undefined)) {
    const message = `everything up to ${includes} is squashed already, as ${version ?? "an earlier release"}`;
    throw new LockstepError("SQUASH.NOTHING", message);
  }
  return {
    outcome: "nothing-to-do",
    release,
    includes,
    reason: "squashed already",
    replaces: archived.size,
    baseline: baseline?.files.map(({ path }) => path) ?? [],
    isBaselineKept: true,
    archive: `${folder}/${release}`,
    moved: [],
    rows: 0,
    findings: [],
  };
}

/** As the baseline's header has it. */
function versionOf(release: string): string {
  return release.replace(/^v(?=\d)/, "");
}

interface Taking {
  readonly archive: string;
  readonly line: Line;
  readonly project: Project;
  readonly release: string;
}

/** A squash that was cut off left some of these very files there; anything else is another squash. */
async function refuseTaken(
  { files }: ReplayPorts,
  { archive, line, project, release }: Taking,
): Promise<void> {
  if (!(await files.exists(archive))) return;
  const moving = new Set(line.moving.map(({ id }) => id));
  const locked = (project.lock?.replaced ?? []).filter((one) => one.release === release);
  const isSame =
    locked.length === 0
      ? [...project.archived].every((id) => !isOf(project, id, archive))
      : line.upTo.every(({ id }) => !moving.has(id) || locked.some((one) => one.id === id));
  if (isSame) return;
  throw new LockstepError(
    "SQUASH.RELEASE_TAKEN",
    `${archive} is there, and holds other migrations`,
    {
      where: { file: archive },
    },
  );
}

function isOf({ migrations }: Project, id: string, archive: string): boolean {
  return migrations.find((file) => file.id === id)?.path.startsWith(`${archive}/`) === true;
}

/** Beside the migrations folder, by a name that is found. */
async function pathForBaseline({ files }: ReplayPorts, project: Project): Promise<string> {
  const folder = (project.migrationsFolder ?? "").split("/").slice(0, -1).join("/");
  const paths = ["schema.sql", "baseline.sql"].map((name) =>
    folder === "" ? name : `${folder}/${name}`,
  );
  for (const path of paths) if (!(await files.exists(path))) return path;
  return paths[0] ?? "schema.sql";
}

/** What the config says stands above the header. */
function refuseConfig({ config }: Project, { last }: Line): void {
  const includes = config.baseline?.includes;
  if (includes === undefined || includes === last.id) return;
  throw new LockstepError(
    "SQUASH.CONFIG_INCLUDES",
    `the config says that the baseline includes migrations up to ${includes}; after the squash it would be ${last.id}`,
    { ...(config.file === undefined ? {} : { where: { file: config.file } }) },
  );
}

interface Found {
  readonly release: string;
  readonly archive: string;
  readonly line: Line;
  readonly ends: Ends;
  readonly made: NewBaseline;
}

function reportOf(project: Project, { release, archive, line, ends, made }: Found): SquashReport {
  return {
    outcome: "squashed",
    release,
    includes: line.last.id,
    reason: line.reason,
    replaces: line.upTo.length,
    baseline: made.files.map(({ path }) => path),
    isBaselineKept: made.isKept,
    archive,
    moved: line.moving.map(({ path }) => ({ from: path, to: archive })),
    rows: made.rows,
    findings: [
      ...externalFindings(line),
      ...variableFindings(project, line),
      ...ends.findings,
      ...made.findings,
    ],
  };
}

function externalFindings({ moving }: Line): readonly Finding[] {
  return moving
    .filter(({ kind }) => kind === "external")
    .map(({ id, path }) => ({
      code: "SQUASH.EXTERNAL",
      severity: "warning",
      message: `${id} is not SQL and was not run: what it does to a new database is not in the baseline`,
      where: { file: path },
    }));
}

function variableFindings({ config }: Project, { moving }: Line): readonly Finding[] {
  const used = Object.keys(config.variables).filter((name) =>
    moving.some((file) => file.kind === "sql" && mentions(file.up.text, name)),
  );
  if (used.length === 0) return [];
  return [
    {
      code: "SQUASH.VARIABLES",
      severity: "warning",
      message: `the baseline holds the present values of ${used.join(", ")}`,
    },
  ];
}

function mentions(text: string, name: string): boolean {
  return [`\${${name}}`, `:${name}`, `:'${name}'`, `:"${name}"`].some((use) => text.includes(use));
}
