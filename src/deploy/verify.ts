/**
 * Compares the ledger with the files and changes nothing. What does not fit are findings, not exceptions: a command
 * or an application decides what to do about them.
 */
import type { Finding } from "../core/findings.ts";
import type { Project } from "../project/project.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";
import { connectPatiently } from "./steps/connect.ts";
import { lookAtTarget } from "./steps/decide.ts";
import { readLedger, takeFirstLook } from "./steps/ledger/read.ts";
import { lookSession } from "./steps/sessions.ts";
import { reportStanding } from "./steps/standing.ts";
import { projectFor } from "./steps/whole-project.ts";
import { otherValues } from "./steps/other-values.ts";
import { isUpToDate } from "./steps/up-to-date.ts";
import { pendingFindings } from "./steps/verified.ts";

export interface VerifyRequest {
  readonly project: Project;
  readonly signal?: AbortSignal;
}

export interface VerifyReport {
  readonly database: string;
  readonly scope: string;
  /** The ledger says what the files say. */
  readonly isEqual: boolean;
  readonly appliedCount: number;
  readonly pending: readonly string[];
  readonly findings: readonly Finding[];
}

export async function verify(ports: DeployPorts, request: VerifyRequest): Promise<VerifyReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: VerifyRequest): Promise<VerifyReport> {
  const { scope } = request.project.config;
  const session = await connectPatiently({
    database: ports.database,
    options: lookSession(crypto.randomUUID()),
    clock: ports.clock,
    progress: ports.progress,
    retryForMs: 0,
    signal: request.signal,
  });
  try {
    const common = { database: ports.database.label, scope };
    const look = await takeFirstLook(session, scope);
    if (look.head !== undefined && isUpToDate(request.project, look.head)) {
      const appliedCount = look.head.count;
      const findings = await otherValues(session, request.project);
      return { ...common, isEqual: findings.length === 0, appliedCount, pending: [], findings };
    }
    const ledger = await readLedger(session, scope);
    const project = await projectFor(ports, request.project, ledger);
    const { standing, findings } = await reportStanding(project, ledger);
    const target = await lookAtTarget(session, ledger);
    const all = [
      ...findings,
      ...pendingFindings(project, standing, target),
      ...(look.head === undefined ? [] : await otherValues(session, project)),
    ];
    return {
      ...common,
      isEqual: all.every((finding) => finding.severity === "info"),
      appliedCount: standing.applied.length,
      pending: standing.pending.map((file) => file.id),
      findings: all,
    };
  } finally {
    await session.close();
  }
}
