/**
 * What `lockstep test --with` does: the project's pending migrations on a copy of real data, in a throwaway database,
 * timed. The copy is made of a backup, or of a database that is only read. Nothing but the copy is changed.
 */
import type { BackupKey } from "../backup/cipher.ts";
import type { Manifest } from "../backup/manifest.ts";
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { Database } from "../ports/database.ts";
import type { Scratch } from "../ports/scratch.ts";
import type { Project } from "../project/project.ts";
import type { DeployPorts } from "./ports.ts";
import type { AppliedUnit } from "./steps/apply/apply.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { copySession, withSession } from "./steps/backup/sessions.ts";
import { takeBackup } from "./steps/backup/take.ts";
import { bringUp } from "./steps/bring-up.ts";
import { openBackup } from "./steps/restore/backup-file.ts";
import { readMasks, type MaskRequest } from "./steps/mask/masks.ts";
import { refusePartial } from "./steps/restore/partial.ts";
import { restoreInto } from "./steps/restore/restore-into.ts";
import { scratchFor } from "./steps/restore/scratch.ts";
import { openWorkSession } from "./steps/under-lock.ts";

export interface RehearsePorts {
  /** Where the copy's backup is, or is put for as long as it takes. */
  readonly backup: BackupPorts;
  readonly deploy: Omit<DeployPorts, "database" | "safeguard" | "environment">;
  readonly scratch: () => Promise<Scratch>;
}

export interface RehearseRequest {
  readonly project: Project;
  /** Undefined: the store holds a backup; else this is copied first. */
  readonly from: Database | undefined;
  readonly key: BackupKey;
  readonly jobs: number;
  /** Undefined: values stay what they are. */
  readonly mask: MaskRequest | undefined;
  readonly toolVersion: string;
  readonly signal?: AbortSignal | undefined;
}

export interface RehearsalReport {
  readonly with: string;
  readonly takenAt: string;
  readonly server: Manifest["server"];
  readonly tables: number;
  readonly rows: number;
  /** Making the copy. */
  readonly copyMs: number;
  /** Columns whose values were replaced on their way into the copy: `schema.table.column`. */
  readonly masked: readonly string[];
  /** In their order, each with how long it took on the copy. */
  readonly applied: readonly AppliedUnit[];
  readonly notes: readonly Finding[];
  readonly durationMs: number;
}

export async function rehearse(
  ports: RehearsePorts,
  request: RehearseRequest,
): Promise<RehearsalReport> {
  const { clock } = ports.backup;
  const begin = clock.monotonicMs();
  const { from, key, jobs, mask, signal, toolVersion, project } = request;
  if (from !== undefined) {
    await takeBackup(ports.backup, { database: from, jobs, key, mask, toolVersion, signal });
  }
  const { store, compression } = ports.backup;
  const opened = await openBackup({ store, compression, key });
  const { manifest } = opened;
  refusePartial(opened);
  const copy = await scratchFor(await ports.scratch(), manifest);
  try {
    // What comes from a database was masked by it.
    const onTheWay = from === undefined ? mask : undefined;
    await restoreInto(ports.backup, opened, { database: copy, jobs, signal, mask: onTheWay });
    const masked = mask === undefined ? [] : await maskedColumns(copy, mask);
    const copyMs = Math.round(clock.monotonicMs() - begin);
    const { applied, notes } = await applyPending(ports, project, { database: copy, signal });
    return {
      with: from?.label ?? opened.label,
      ...{ takenAt: manifest.takenAt, server: manifest.server, tables: manifest.tables.length },
      rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
      ...{ copyMs, masked, applied, notes },
      durationMs: Math.round(clock.monotonicMs() - begin),
    };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({
      state: "nothing was changed but the copy, which is gone",
      ...nextOf(error, mask !== undefined),
      notes: mask === undefined ? error.notes : [...error.notes, maskedNote],
    });
  } finally {
    await copy.drop();
  }
}

/** A restore that fails can be gone on with, and this one's target is gone. */
function nextOf(error: LockstepError, isMasked: boolean): { readonly next?: string } {
  if (error.where?.file !== undefined) {
    return { next: "Correct the file, then run the same command again." };
  }
  if (!error.code.startsWith("RESTORE.") || !isMasked) return {};
  return {
    next: "Correct the rules: columns that refer to others are masked like them, and what is unique by hash or fake:email; then run the same command again.",
  };
}

const maskedNote = "values were masked on their way: a rule may make what a constraint refuses";

async function maskedColumns(copy: Database, { rules }: MaskRequest): Promise<readonly string[]> {
  return await withSession(copy, copySession("restore"), async (session) => {
    return (await readMasks(session, rules)).labels;
  });
}

interface Copy {
  readonly database: Database;
  readonly signal: AbortSignal | undefined;
}

async function applyPending(
  ports: RehearsePorts,
  project: Project,
  { database, signal }: Copy,
): Promise<Pick<RehearsalReport, "applied" | "notes">> {
  const deployPorts: DeployPorts = { ...ports.deploy, database };
  const change = { ports: deployPorts, project, deploymentId: crypto.randomUUID(), signal };
  const work = await openWorkSession(change);
  try {
    const { allowOutOfOrder, allowDrop, additive, columnOrder } = project.config;
    const choices = {
      ...{ allowEdited: [], allowOutOfOrder, allowMissing: false, splitBaseline: false },
      ...{ to: undefined, allowDrop, additive, columnOrder, prove: false },
    };
    const { decided, applied } = await bringUp({ ...change, work, choices, seed: "no" });
    return { applied: applied ?? [], notes: decided.planned.plan.notes };
  } finally {
    await work.current.close();
  }
}
