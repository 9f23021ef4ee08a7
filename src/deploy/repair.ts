/**
 * Corrects the ledger by a person's word: a step that was done by hand, a statement in doubt that did or did not
 * happen, a row that should not be there. It runs none of the project's SQL, and each correction is an event.
 */
import { LockstepError } from "../core/errors.ts";
import type { JournalEntry, LedgerEntry } from "../ledger/ledger.ts";
import { unknownId } from "../plan/refusals.ts";
import { identityOf } from "../plan/unit.ts";
import type { Project } from "../project/project.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";
import type { ApplyContext } from "./steps/apply/context.ts";
import { clearJournal, setJournal } from "./steps/ledger/journal.ts";
import { ownQueries } from "./steps/own-queries.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { markApplied, recordApplied, recordEvent, removeEntry } from "./steps/ledger/record.ts";
import { ledgerTransaction } from "./steps/ledger/transaction.ts";
import { openWorkSession, recorded, underLock } from "./steps/under-lock.ts";

export type Repair =
  /** Applied by hand. */
  | { readonly kind: "mark-done"; readonly id: string }
  /** Not applied, whatever the ledger says. */
  | { readonly kind: "forget"; readonly id: string }
  /** The statement in doubt happened. */
  | { readonly kind: "statement-done"; readonly id: string }
  /** The statement in doubt did not happen. */
  | { readonly kind: "retry"; readonly id: string };

export interface RepairRequest {
  readonly project: Project;
  /** None: only what is in doubt is told, and rows of dead deployments are closed. */
  readonly repairs: readonly Repair[];
  readonly lockWaitMs?: number | undefined;
  readonly signal?: AbortSignal;
}

export interface RepairReport {
  readonly database: string;
  readonly scope: string;
  readonly repaired: readonly Repair[];
  /** Statements that an earlier deploy did not hear the end of. */
  readonly inDoubt: readonly Doubt[];
}

export interface Doubt {
  readonly id: string;
  /** From 1. */
  readonly part: number;
  readonly since: string;
}

export async function repair(ports: DeployPorts, request: RepairRequest): Promise<RepairReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: RepairRequest): Promise<RepairReport> {
  const { project, repairs } = request;
  const { scope } = project.config;
  const change = { ...request, ports, deploymentId: crypto.randomUUID() };
  const work = await openWorkSession(change);
  try {
    return await underLock(change, work, async (locked) => {
      const ledger = await readLedger(ownQueries(work.current), scope);
      const known: Known = {
        project,
        entries: ledger.kind === "present" ? ledger.entries : [],
        journal: ledger.kind === "present" ? ledger.journal : [],
      };
      for (const one of repairs) refuse(one, known);
      if (repairs.length > 0) {
        const opening = { kind: "repair", planHash: undefined } as const;
        await recorded(change, locked, opening, async (context) => {
          const statements = repairs.flatMap((one) => statementsOf(one, known, context));
          await ledgerTransaction(work.current, context, statements);
        });
      }
      const settled = new Set(repairs.map((one) => one.id));
      const inDoubt = known.journal
        .filter(isInDoubt)
        .filter((part) => !settled.has(part.migrationId));
      return {
        database: ports.database.label,
        scope,
        repaired: repairs,
        inDoubt: inDoubt.map(doubtOf),
      };
    });
  } finally {
    await work.current.close();
  }
}

interface Known {
  readonly project: Project;
  readonly entries: readonly LedgerEntry[];
  readonly journal: readonly JournalEntry[];
}

function refuse({ kind, id }: Repair, { project, entries, journal }: Known): void {
  const entry = entries.find((candidate) => candidate.id === id);
  switch (kind) {
    case "mark-done":
      if (entry?.state === "applied") throw conflict(`${id} is applied already`);
      if (!project.migrations.some((file) => file.id === id))
        throw unknownId(id, project.migrations);
      return;
    case "forget":
      if (entry === undefined) throw conflict(`${id} is not in the ledger`);
      return;
    case "statement-done":
    case "retry":
      if (journal.some((part) => part.migrationId === id && isInDoubt(part))) return;
      throw conflict(`nothing of ${id} is in doubt`);
  }
}

function statementsOf(one: Repair, known: Known, context: ApplyContext): readonly string[] {
  const { record } = context;
  const { id } = one;
  const entry = known.entries.find((candidate) => candidate.id === id);
  const doubt = known.journal.find((part) => part.migrationId === id && isInDoubt(part));
  const both = ["up", "down"] as const;
  const cleared = both.map((direction) => clearJournal(record, { unitId: id, direction }));
  switch (one.kind) {
    case "mark-done":
      return [...cleared, ...markDone(id, { entry, known, context })];
    case "forget": {
      const event = { kind: "forgotten", id, bytesHash: entry?.bytesHash } as const;
      return [...cleared, removeEntry(record, id), recordEvent(record, event)];
    }
    case "statement-done":
      return doubt === undefined ? [] : [setJournal(record, doubt, "done")];
    case "retry":
      return doubt === undefined ? [] : [setJournal(record, doubt, "failed")];
  }
}

function markDone(
  id: string,
  {
    entry,
    known,
    context,
  }: {
    readonly entry: LedgerEntry | undefined;
    readonly known: Known;
    readonly context: ApplyContext;
  },
): readonly string[] {
  const { record } = context;
  if (entry !== undefined) {
    const event = { kind: "marked-done", id, bytesHash: entry.bytesHash } as const;
    return [markApplied(record, id), recordEvent(record, event)];
  }
  const file = known.project.migrations.find((candidate) => candidate.id === id);
  if (file === undefined) return [];
  return recordApplied(record, {
    identity: identityOf(file),
    provenance: "external",
    event: "marked-done",
    includesUpTo: undefined,
    durationSql: "null",
    ...context.contentOf(id),
  });
}

function isInDoubt(part: JournalEntry): boolean {
  return part.state === "started" && !part.transactional;
}

function doubtOf(part: JournalEntry): Doubt {
  return { id: part.migrationId, part: part.ordinal + 1, since: part.startedAt };
}

function conflict(message: string): LockstepError {
  return new LockstepError("PLAN.CONFLICT", message, { next: "lockstep status" });
}
