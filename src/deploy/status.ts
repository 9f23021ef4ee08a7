/**
 * What is applied, what is lacking, what does not fit. Reads only and takes no lock. When the ledger's digest is that
 * of the files, no row is fetched but the newest, so that a long history costs nothing.
 */
// Not the global one, which brings the whole of Web Crypto.
import { randomUUID } from "node:crypto";
import type { Finding } from "../core/findings.ts";
import { baselineId, declaredId, type LedgerEntry, type LedgerState } from "../ledger/ledger.ts";
import { entryOf, recentEntriesQuery } from "../ledger/queries.ts";
import type { TargetCondition } from "../plan/strategy.ts";
import type { MigrationHeader } from "../project/migration.ts";
import type { Project } from "../project/project.ts";
import type { Baseline } from "../project/schema.ts";
import { titleOf } from "../project/title.ts";
import type { Session } from "../ports/database.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";
import { readAbandoned, type AbandonedDeployment } from "./steps/abandoned.ts";
import { connectPatiently } from "./steps/connect.ts";
import { readLedger, takeFirstLook } from "./steps/ledger/read.ts";
import { lookSession } from "./steps/sessions.ts";
import { projectFor } from "./steps/whole-project.ts";
import { isUpToDate } from "./steps/up-to-date.ts";

export interface StatusRequest {
  readonly project: Project;
  readonly signal?: AbortSignal;
}

export interface StatusReport {
  readonly database: string;
  readonly scope: string;
  /** `ours`: it has a ledger for this scope. */
  readonly target: TargetCondition;
  /** Nothing is lacking and nothing is wrong. */
  readonly isUpToDate: boolean;
  readonly appliedCount: number;
  /** The newest, at most ten, the newest last. */
  readonly recent: readonly AppliedSummary[];
  readonly pending: readonly PendingSummary[];
  readonly findings: readonly Finding[];
  /** Runs that ended without a word; the next one that changes anything closes them. */
  readonly abandoned: readonly AbandonedDeployment[];
}

export interface AppliedSummary {
  readonly id: string;
  readonly kind: LedgerEntry["kind"];
  readonly provenance: LedgerEntry["provenance"];
  readonly title: string | undefined;
  /** Of its file, where that is still there. */
  readonly header: MigrationHeader;
  readonly appliedAt: string;
  readonly durationMs: number | undefined;
  readonly by: string;
}

export interface PendingSummary {
  readonly id: string;
  readonly kind: "sql" | "data" | "external";
  readonly title: string | undefined;
  readonly header: MigrationHeader;
  readonly path: string;
  /** An earlier deploy stopped in the middle of it. */
  readonly isHalfApplied: boolean;
}

const recentMax = 10;

export async function status(ports: DeployPorts, request: StatusRequest): Promise<StatusReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: StatusRequest): Promise<StatusReport> {
  const { project } = request;
  const { scope } = project.config;
  const session = await connectPatiently({
    database: ports.database,
    options: lookSession(randomUUID()),
    clock: ports.clock,
    progress: ports.progress,
    retryForMs: 0,
    signal: request.signal,
  });
  try {
    // Sent together: one round trip.
    const [look, recent, abandoned] = await Promise.all([
      takeFirstLook(session, scope),
      session.query(recentEntriesQuery, [scope, recentMax]).catch(() => []),
      readAbandoned(session, scope),
    ]);
    const common = { database: ports.database.label, scope, abandoned };
    const summaries = recent
      .map(entryOf)
      .toReversed()
      .map((entry) => summaryOf(entry, project));
    if (look.head !== undefined && isUpToDate(project, look.head)) {
      return {
        ...common,
        target: "ours",
        isUpToDate: true,
        appliedCount: look.head.count,
        recent: summaries,
        pending: [],
        findings: [],
      };
    }
    const ledger = await readLedger(session, scope);
    const whole = await projectFor(ports, project, ledger);
    return { ...common, ...(await compare(session, whole, ledger)), recent: summaries };
  } finally {
    await session.close();
  }
}

type Compared = Omit<StatusReport, "database" | "scope" | "recent" | "abandoned">;

async function compare(session: Session, project: Project, ledger: LedgerState): Promise<Compared> {
  const { reportStanding } = await import("./steps/standing.ts");
  const { lookAtTarget } = await import("./steps/decide.ts");
  const { condition } = await lookAtTarget(session, ledger);
  const histories = condition === "foreign" ? await historyFindings(session) : [];
  const { standing, findings: all } = await reportStanding(project, ledger);
  const journal = ledger.kind === "present" ? ledger.journal : [];
  const begun = new Set(journal.map((part) => part.migrationId));
  const baseline = condition === "empty" ? project.baseline : undefined;
  const held = new Set(baseline?.includedIds);
  const lacking = standing.pending.filter((file) => !held.has(file.id));
  const files = lacking.map((file): PendingSummary => ({
    id: file.id,
    kind: file.kind,
    title: titleOf(file),
    header: file.header,
    path: file.path,
    isHalfApplied: begun.has(file.id),
  }));
  const pending = [
    ...(baseline === undefined ? [] : [baselinePending(baseline, begun)]),
    ...files,
    ...declaredPending(all, begun),
  ];
  const findings = all.filter((finding) => !isDeclaredPending(finding));
  const isWrong = findings.some((finding) => finding.severity === "error");
  return {
    target: condition,
    isUpToDate: condition === "ours" && pending.length === 0 && !isWrong,
    appliedCount: countApplied(ledger),
    pending,
    findings: [...histories, ...findings],
  };
}

async function historyFindings(session: Session): Promise<readonly Finding[]> {
  const { findHistories, labelOf } = await import("./steps/history.ts");
  return (await findHistories(session)).map((found) => ({
    code: "ADOPT.HISTORY_FOUND",
    severity: "info",
    object: labelOf(found),
    message: `the database holds the history of ${found.tool.title}`,
    hint: `lockstep adopt --from ${found.tool.name}`,
  }));
}

/** An empty database gets the baseline first, and with it the migrations that it includes. */
function baselinePending(baseline: Baseline, begun: ReadonlySet<string>): PendingSummary {
  const { files, header } = baseline;
  return {
    id: baselineId,
    kind: "sql",
    title: header.schemaVersion,
    header: {},
    path: files[0]?.path ?? "",
    isHalfApplied: begun.has(baselineId),
  };
}

/** Those too that a baseline stands for, whose files are put aside. */
function countApplied(ledger: LedgerState): number {
  if (ledger.kind === "absent") return 0;
  return ledger.entries.filter(({ kind }) => kind === "migration").length;
}

/** What is only lacking is no finding here. */
function isDeclaredPending({ code, severity }: Finding): boolean {
  return code === "VERIFY.PENDING" && severity === "error";
}

function declaredPending(
  findings: readonly Finding[],
  begun: ReadonlySet<string>,
): readonly PendingSummary[] {
  return findings.filter(isDeclaredPending).map(({ where }) => ({
    id: declaredId,
    kind: "sql",
    title: undefined,
    header: {},
    path: where?.file ?? "",
    isHalfApplied: begun.has(declaredId),
  }));
}

function summaryOf(entry: LedgerEntry, { migrations }: Project): AppliedSummary {
  const { id, kind, provenance, title, appliedAt, durationMs } = entry;
  const by =
    entry.osUser === undefined ? entry.databaseUser : `${entry.osUser}@${entry.host ?? "?"}`;
  const header = migrations.find((file) => file.id === id)?.header ?? {};
  return { id, kind, provenance, title, header, appliedAt, durationMs, by };
}
