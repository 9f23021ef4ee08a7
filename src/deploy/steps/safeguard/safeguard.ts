/**
 * The backup before a deploy: looks at what the plan can do to rows that are there, decides by the policy, takes it
 * and writes its receipt. Under the deploy lock and before the first change, so that it never waits for DDL of the
 * deploy, nor the deploy for it. Without a receipt that is due, nothing is applied.
 */
import { resolveHarm } from "../../../backup/harmed-tables.ts";
import { planHarm } from "../../../backup/plan-harm.ts";
import { decideBackup, type BackupDecision } from "../../../backup/policy.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import { formatSize } from "../../../core/size.ts";
import { insertReceiptQuery, receiptValues, type BackupReceipt } from "../../../ledger/receipts.ts";
import { textOf } from "../../../ledger/row.ts";
import type { PlannedUnit } from "../../../plan/plan.ts";
import type { Database, Session } from "../../../ports/database.ts";
import type { BackupConfig, BackupPolicy } from "../../../project/config.ts";
import { loadParser } from "../../../sql/parse.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import type { ApplyContext } from "../apply/context.ts";
import { readFailure } from "../backup/failure.ts";
import { namingLocked } from "../backup/locked-tables.ts";
import { takeBackup, type TableChoice } from "../backup/take.ts";
import { ownQueries, patientQueries } from "../own-queries.ts";
import { openBackup } from "../restore/backup-file.ts";
import { pruneOfDeploys } from "./prune.ts";
import { readLiveNames, readLiveTables, readUnreadable } from "./live-tables.ts";
import type { SafeguardChoices, SafeguardPorts } from "./ports.ts";

export interface SafeguardRequest {
  readonly ports: SafeguardPorts;
  readonly database: Database;
  readonly units: readonly PlannedUnit[];
  readonly config: BackupConfig;
  readonly choices: SafeguardChoices;
  /** For lockstep's own queries. */
  readonly session: Session;
  readonly context: ApplyContext;
  /** When a backup is due: throws where what is to come can't succeed. */
  readonly askFirst?: (() => Promise<void>) | undefined;
}

export interface Safeguarded {
  readonly receipt: BackupReceipt | undefined;
  /** Of an earlier deployment, where that has what this one goes on changing. */
  readonly earlier?: string;
  /** Why there is a backup, or why none. */
  readonly reason: string;
  readonly findings: readonly Finding[];
}

export async function safeguard(request: SafeguardRequest): Promise<Safeguarded> {
  const { config, choices, context } = request;
  const policy = choices.policy ?? config.policy ?? "auto";
  const decision = await decide(request, policy);
  switch (decision.kind) {
    case "none":
      return { receipt: undefined, reason: decision.reason, findings: [] };
    case "uncovered":
      return { receipt: undefined, reason: decision.reason, findings: [gap(decision.reason)] };
    case "too-large":
      throw tooLarge(decision, config);
    default: {
      await request.askFirst?.();
      context.progress({ event: "backup.begin", message: `backing up: ${decision.reason}` });
      const receipt = await take(request, decision, policy);
      const findings = decision.gaps.map(gap);
      return { receipt, reason: decision.reason, findings };
    }
  }
}

async function decide(
  { units, config, choices, session }: SafeguardRequest,
  policy: BackupPolicy,
): Promise<BackupDecision> {
  const isExplicit = choices.policy !== undefined || config.policy !== undefined;
  const harms = policy === "auto" ? planHarm(units, await loadParser()) : [];
  if (policy === "auto" && harms.length === 0 && !isSelective(config)) {
    return { kind: "none", reason: "nothing in the plan changes or drops rows that are there" };
  }
  if (policy === "never") return { kind: "none", reason: "the policy is never" };
  // A table's size is had under a lock: who changes its structure is waited for no longer than by the backup.
  const live = await readLiveTables(patientQueries(session, 5_000)).catch(
    async (error: unknown) => {
      const named = await namingLocked(ownQueries(session), error);
      const failure = readFailure(named, "how large the tables are can't be read");
      throw failure instanceof LockstepError ? failure.with({ state: untouched }) : failure;
    },
  );
  const isEmpty = !live.some(({ hasRows }) => hasRows);
  const harm = isEmpty
    ? { tables: [], unknown: [] }
    : resolveHarm(harms, live, await readLiveNames(session, harms));
  // Named on the command line, the policy holds for all that the config chooses.
  const own = choices.policy === undefined ? config : { ...config, policy: choices.policy };
  const unreadable = await readUnreadable(session);
  return decideBackup({ policy, config: own, isExplicit, harm, live, unreadable });
}

const untouched =
  "nothing of the plan was applied: whether it needs a backup, and that backup, come first";

function isSelective({ schemas, tables, policy }: BackupConfig): boolean {
  return policy === undefined && (schemas.length > 0 || tables.length > 0);
}

type Taken = Extract<BackupDecision, { readonly kind: "database" | "tables" }>;

async function take(
  request: SafeguardRequest,
  decision: Taken,
  policy: BackupPolicy,
): Promise<BackupReceipt> {
  const { ports, database, config, choices, session, context } = request;
  const { record } = context;
  const place = await ports.place(choices.to ?? config.to);
  const name = backupName(database.name, record.deploymentId, await serverTime(session));
  const store = place.store(name);
  const backupPorts = { ...ports.ports, store };
  const only: TableChoice | undefined =
    decision.kind === "database" ? undefined : { kind: "listed", tables: decision.tables };
  const taken = await takeBackup(backupPorts, {
    ...{ database, jobs: 2, key: ports.key, only, signal: context.signal },
    toolVersion: record.identity.toolVersion,
  }).catch((error: unknown) => {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({ state: untouched });
  });
  // Whoever can't open it can't restore it.
  await openBackup({ store, compression: ports.ports.compression, key: ports.key });
  const receipt: BackupReceipt = {
    ...{ backupId: taken.id, location: taken.path, what: decision.kind, reason: decision.reason },
    tables: decision.tables.map(({ schema, name }) => quoteQualifiedName(schema, name)),
    policy: policy === "always" ? "always" : "auto",
    ...{ snapshotAt: taken.takenAt, snapshotLsn: taken.lsn, fingerprint: taken.fingerprint },
    ...{ rows: taken.rows, rawBytes: taken.rawBytes, storedBytes: taken.bytes },
    ...{ encrypted: taken.encrypted, durationMs: taken.durationMs },
  };
  await context.assertHeld();
  const values = [record.scope, record.deploymentId, ...receiptValues(receipt)];
  await session.query(insertReceiptQuery, values);
  if (config.keep !== undefined)
    await pruneOfDeploys(session, place, { record, keep: config.keep });
  return receipt;
}

async function serverTime(session: Session): Promise<string> {
  const [row = {}] = await session.query(
    `select pg_catalog.to_char(pg_catalog.clock_timestamp() at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"') as now`,
  );
  return textOf(row, "now");
}

/** Sorts by time, says which database, and is nobody else's. */
export function backupName(database: string, deploymentId: string, time: string): string {
  const plain = database.replaceAll(/[^A-Za-z0-9_]+/g, "-").slice(0, 40);
  return `${time}-${plain === "" ? "database" : plain}-${deploymentId.slice(0, 8)}`;
}

function tooLarge(
  { what, bytes, maxBytes }: Extract<BackupDecision, { kind: "too-large" }>,
  config: BackupConfig,
): LockstepError {
  const sizes = `${formatSize(bytes)}, where ${formatSize(maxBytes)} are the most`;
  return new LockstepError(
    "BACKUP.TOO_LARGE",
    `a backup is due, and it would hold ${sizes}: ${what}`,
    {
      state: "nothing of the plan was applied",
      ...(config.maxBytes === undefined ? {} : { next: raiseMaximum }),
      data: { bytes, maxBytes },
    },
  );
}

/** Where the config sets the limit, no policy lifts it. */
const raiseMaximum =
  "Raise backup.maxSize in the config, or take one by hand (lockstep backup --out PLACE) and: lockstep deploy --backup never";

function gap(message: string): Finding {
  return { code: "BACKUP.NOT_COVERED", severity: "warning", message };
}
