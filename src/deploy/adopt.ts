/**
 * Takes over a database that has objects and no ledger: records what is there, as another tool's history or somebody
 * who knows says it. Runs none of the project's SQL and writes nothing of the other tool's. What can't be true is refused.
 */
import { LockstepError, type JsonObject } from "../core/errors.ts";
import { baselineId } from "../ledger/ledger.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { Project } from "../project/project.ts";
import { matchHistory } from "../plan/histories/match.ts";
import type { History, HistoryEntry } from "../plan/histories/tool.ts";
import { unknownId } from "../plan/refusals.ts";
import { compareIds } from "../plan/standing.ts";
import { baselineIdentity, identityOf } from "../plan/unit.ts";
import type { Session } from "../ports/database.ts";
import {
  chooseHistory,
  historyIn,
  labelOf,
  readHistory,
  type FoundHistory,
} from "./steps/history.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";
import { lookAtTarget } from "./steps/decide.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { ownQueries } from "./steps/own-queries.ts";
import { recordApplied } from "./steps/ledger/record.ts";
import { ledgerTransaction } from "./steps/ledger/transaction.ts";
import { openWorkSession, recorded, underLock } from "./steps/under-lock.ts";

export interface AdoptRequest {
  readonly project: Project;
  /** Whose history: a tool's name, auto for the tool whose history is there; undefined or none: nobody recorded it. */
  readonly from?: string | undefined;
  /** Where that tool was told to keep it, with or without a schema; undefined: where it keeps it usually. */
  readonly historyTable?: string | undefined;
  /** Files that are taken for what was applied although their hashes differ. */
  readonly allowEdited?: readonly string[];
  /** The last migration whose effects are there, or all. Undefined: what the baseline holds. */
  readonly applied?: { readonly upTo: string } | "all" | undefined;
  readonly lockWaitMs?: number | undefined;
  readonly signal?: AbortSignal;
}

export interface AdoptReport {
  readonly database: string;
  readonly scope: string;
  readonly deploymentId: string;
  /** The tool whose history was read, and its table; null where somebody said what is there. */
  readonly history: { readonly tool: string; readonly table: string } | null;
  /** What deserves a word about that history. */
  readonly notes: readonly string[];
  /** Recorded as the schema that is there. */
  readonly baseline: string | undefined;
  readonly adopted: readonly string[];
  /** What the next deploy runs. */
  readonly pending: readonly string[];
}

export async function adopt(ports: DeployPorts, request: AdoptRequest): Promise<AdoptReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: AdoptRequest): Promise<AdoptReport> {
  const { project } = request;
  const deploymentId = crypto.randomUUID();
  const change = { ...request, ports, deploymentId };
  const work = await openWorkSession(change);
  try {
    const choice = await underLock(change, work, async (locked) => {
      const ledger = await readLedger(ownQueries(work.current), project.config.scope);
      const target = await lookAtTarget(ownQueries(work.current), ledger);
      refuse(target.condition, ports.database.label);
      const chosen = await chooseBy(ownQueries(work.current), ports, request);
      const { baseline, adopted } = chosen;
      const opening = { kind: "adopt", planHash: undefined } as const;
      await recorded(change, locked, opening, async (context) => {
        const identities = [
          ...(baseline === undefined ? [] : [baselineIdentity(baseline)]),
          ...adopted.map((file) => identityOf(file)),
        ];
        const includes = baseline?.includes;
        const last = includes?.kind === "upTo" ? includes.id : adopted.at(-1)?.id;
        const statements = identities.flatMap((identity) =>
          recordApplied(context.record, {
            identity,
            provenance: "adopted",
            event: "adopted",
            includesUpTo: identity.kind === "baseline" ? last : undefined,
            durationSql: "null",
            detail: chosen.details.get(identity.id) ?? {},
            ...context.contentOf(identity.id),
          }),
        );
        await ledgerTransaction(work.current, context, statements);
      });
      return chosen;
    });
    const { baseline, adopted, history, notes } = choice;
    return {
      database: ports.database.label,
      scope: project.config.scope,
      deploymentId,
      history,
      notes,
      baseline: baseline?.files[0]?.path,
      adopted: adopted.map((file) => file.id),
      pending: project.migrations.filter((file) => !adopted.includes(file)).map((file) => file.id),
    };
  } finally {
    await work.current.close();
  }
}

interface Choice {
  readonly baseline: Project["baseline"];
  readonly adopted: readonly MigrationFile[];
}

type Chosen = Choice &
  Pick<AdoptReport, "history" | "notes"> & {
    /** What the other tool wrote of a migration, by its id. */
    readonly details: ReadonlyMap<string, JsonObject>;
  };

async function chooseBy(
  session: Session,
  ports: DeployPorts,
  request: AdoptRequest,
): Promise<Chosen> {
  const { project, from, applied, historyTable } = request;
  const nothing = { history: null, notes: [], details: new Map<string, JsonObject>() };
  refuseTableOfNone(request);
  if (from === undefined || from === "none") return { ...nothing, ...choose(project, applied) };
  const found =
    historyTable === undefined
      ? await chooseHistory(session, from === "auto" ? undefined : from)
      : await historyIn(session, from, historyTable);
  const history = { tool: found.tool.name, table: labelOf(found) };
  const read = await readHistory(session, found);
  if (applied !== undefined) {
    const { adopted, baseline } = choose(project, applied);
    const details = new Map(adopted.map(({ id }) => [id, placeOf(found)]));
    return { ...nothing, history, notes: read.notes ?? [], adopted, baseline, details };
  }
  return { ...nothing, history, ...(await chooseByHistory(ports, request, { found, read })) };
}

/** Which tool writes a table of that name, its name does not say. */
function refuseTableOfNone({ from, historyTable }: AdoptRequest): void {
  if (historyTable === undefined) return;
  if (from !== undefined && from !== "none" && from !== "auto") return;
  throw new LockstepError("USAGE.INVALID", "--history-table needs --from and the tool's name", {
    next: `lockstep adopt --from TOOL --history-table ${historyTable}`,
  });
}

async function chooseByHistory(
  ports: DeployPorts,
  { project, allowEdited = [] }: AdoptRequest,
  { found, read }: { readonly found: FoundHistory; readonly read: History },
): Promise<Omit<Chosen, "history">> {
  const { tool } = found;
  const { migrations, baseline } = project;
  const contents = new Map<string, Uint8Array>();
  if (tool.hashes !== undefined) {
    for (const { path } of migrations) contents.set(path, await ports.files.read(path));
  }
  const held: string[] = [];
  const matched = matchHistory({
    tool,
    history: read,
    migrations,
    contents,
    allowEdited: new Set(allowEdited),
    isHeld: (key) => {
      const isHeld = holds(baseline, key);
      if (isHeld) held.push(key);
      return isHeld;
    },
  });
  const details = new Map<string, JsonObject>(
    matched.map(({ file, entry }) => [file.id, { ...placeOf(found), ...keyOf(entry, read) }]),
  );
  if (held.length > 0) details.set(baselineId, placeOf(found));
  const isGone = held.length > 0 && baseline?.includes.kind === "upTo";
  return {
    baseline: isGone ? baseline : undefined,
    adopted: matched.map(({ file }) => file),
    notes: read.notes ?? [],
    details,
  };
}

/** A migration whose file was removed when the baseline took its place. */
function holds(baseline: Project["baseline"], key: string): boolean {
  return baseline?.includes.kind === "upTo" && compareIds(key, baseline.includes.id) <= 0;
}

function placeOf({ tool, schema, table }: FoundHistory): JsonObject {
  return { tool: tool.name, schema, table };
}

function keyOf(entry: HistoryEntry | undefined, { upTo }: History): JsonObject {
  const key = entry?.key ?? upTo ?? "";
  const at = entry?.appliedAt;
  return { key, ...(at === undefined ? {} : { appliedAt: at }) };
}

function choose(project: Project, applied: AdoptRequest["applied"]): Choice {
  const { baseline, migrations } = project;
  if (applied === "all") return { baseline, adopted: migrations };
  if (applied !== undefined) {
    const place = migrations.findIndex((file) => file.id === applied.upTo);
    if (place < 0) throw unknownId(applied.upTo, migrations);
    return { baseline: undefined, adopted: migrations.slice(0, place + 1) };
  }
  if (baseline === undefined) return { baseline, adopted: [] };
  const { includes } = baseline;
  const isIn = (file: MigrationFile): boolean =>
    includes.kind === "assumedAll" ||
    (includes.kind === "upTo" && compareIds(file.id, includes.id) <= 0);
  return { baseline, adopted: migrations.filter(isIn) };
}

function refuse(condition: "empty" | "ours" | "foreign", label: string): void {
  if (condition === "ours") {
    throw new LockstepError("LEDGER.PRESENT", `${label} has a ledger for this project already`);
  }
  if (condition === "empty") {
    throw new LockstepError("PLAN.CONFLICT", `${label} is empty: there is nothing to adopt`, {
      next: "lockstep deploy",
    });
  }
}
