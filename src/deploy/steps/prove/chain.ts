/**
 * One way replayed from its beginning to its end, once. What has to be looked at on the way (files that say they can
 * run twice, down files, fingerprints for the lock file) is looked at on copies of the database at that point, so
 * that nothing is replayed a second time.
 */
import { LockstepError } from "../../../core/errors.ts";
import { fingerprint } from "../../../catalog/fingerprint.ts";
import { lockLevel } from "../../../catalog/level.ts";
import { isLocked, type TriedFingerprint } from "../../../project/lock-fingerprints.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import type { Stage } from "../replay/open.ts";
import type { Replay, ReplayStep } from "../replay/replay.ts";
import type { CompareOptions } from "./compare.ts";
import { proveDown } from "./down.ts";
import { catalogWithRows, holdsCode, isSame } from "./data-dependence.ts";
import { failedPart } from "./failure.ts";
import { claimsToRepeat, proveRepeat } from "./idempotent.ts";
import type { ProofPart } from "./part.ts";
import type { ReplayedWay } from "./ways.ts";

/** What is to be looked at on the way. */
export interface ChainWishes {
  /** Ids of the migrations, and paths of the baselines, that are held to run twice and to go down. */
  readonly checks: ReadonlySet<string>;
  readonly fingerprints: boolean;
  /** What lockstep.lock says after a migration. */
  readonly locked: (id: string, major: number) => string | undefined;
  /** What it is to say after one of which it says something else; undefined: it is not written. */
  readonly lockText: ((catalog: Catalog) => Promise<string>) | undefined;
  readonly compare: CompareOptions;
  readonly signal: AbortSignal | undefined;
}

export interface Chain {
  readonly way: ReplayedWay;
  readonly end: ChainEnd;
  readonly checks: readonly ProofPart[];
  /** Of the catalog after a migration, by its id. */
  readonly fingerprints: ReadonlyMap<string, TriedFingerprint>;
}

export type ChainEnd =
  /** The replay is open, in the state that the way ends in. */
  | { readonly kind: "reached"; readonly replay: Replay; readonly catalog: Catalog }
  | { readonly kind: "failed"; readonly part: ProofPart };

export async function replayWay(
  stage: Stage,
  way: ReplayedWay,
  wishes: ChainWishes,
): Promise<Chain> {
  const checks: ProofPart[] = [];
  const fingerprints = new Map<string, TriedFingerprint>();
  let replay: Replay | undefined;
  let taken = 0;
  try {
    replay = await stage.open();
    const walk: Walk = { replay, wishes, checks, fingerprints, isCertain: true, now: undefined };
    for (const step of way.steps) {
      await takeStep(walk, step);
      taken += 1;
    }
    const catalog = walk.now ?? (await replay.catalog());
    return { way, end: { kind: "reached", replay, catalog }, checks, fingerprints };
  } catch (error) {
    await replay?.close();
    const part = failedPart("way", way.name, error);
    const hint = hintFor(way, taken, error);
    const told = hint === undefined ? part : { ...part, hint };
    return { way, end: { kind: "failed", part: told }, checks, fingerprints };
  }
}

/** SQLSTATEs of what is not there: tables, columns, functions, schemas, other objects. */
const lacking = new Set(["42P01", "42703", "42883", "3F000", "42704"]);

/** The first file of a history that is not whole alters what an older one made. */
function hintFor({ steps }: ReplayedWay, taken: number, error: unknown): string | undefined {
  if (taken > 0 || steps[0]?.kind !== "up") return undefined;
  if (!(error instanceof LockstepError) || !lacking.has(error.sqlState ?? "")) return undefined;
  return "where the oldest files are gone, keep the complete schema that they began with as releases/NAME/schema.sql, with -- Includes migrations up to: in its header";
}

interface Walk {
  readonly replay: Replay;
  readonly wishes: ChainWishes;
  readonly checks: ProofPart[];
  readonly fingerprints: Map<string, TriedFingerprint>;
  /** No code has changed the catalog so far in a way that other data might have changed otherwise. */
  isCertain: boolean;
  /** The catalog as it is now, where it was read. */
  now: Catalog | undefined;
}

async function takeStep(walk: Walk, step: ReplayStep): Promise<void> {
  const { replay, wishes } = walk;
  wishes.signal?.throwIfAborted();
  const isChecked = wishes.checks.has(nameOf(step));
  const hasDown = isChecked && step.kind === "up" && step.file.down !== undefined;
  const isCode = step.kind === "up" && isMadeByCode(step);
  const needsBefore = hasDown || (wishes.fingerprints && isCode);
  const before = needsBefore ? await now(walk) : undefined;
  await applyAndWatch(walk, step);
  if (wishes.fingerprints && step.kind === "up")
    await note(walk, step, isCode ? before : undefined);
  if (!isChecked) return;
  if (await claimsToRepeat(step)) {
    const after = await now(walk);
    walk.checks.push(await proveRepeat(replay, step, { ...wishes.compare, after }));
  }
  if (hasDown && before !== undefined) {
    const after = await now(walk);
    walk.checks.push(await proveDown(replay, step, { ...wishes.compare, before, after }));
  }
}

/** What follows a file whose code may have looked at rows is not known, unless rows made no difference. */
async function applyAndWatch(walk: Walk, step: ReplayStep): Promise<void> {
  const { replay, wishes } = walk;
  const mayLook = wishes.fingerprints && step.kind === "up" && (await holdsCode(step.file));
  const withRows = mayLook ? await catalogWithRows(replay, step, await now(walk)) : undefined;
  await replay.apply(step);
  walk.now = undefined;
  if (mayLook && !isSame(await now(walk), withRows)) walk.isCertain = false;
}

async function now(walk: Walk): Promise<Catalog> {
  return (walk.now ??= await walk.replay.catalog());
}

/**
 * `before`: of a program alone. One that changed nothing here, where no rows are, is taken to change rows only, so what comes after it is
 * known again; after one that did change the catalog nothing is, nor after a step that is done by hand.
 */
async function note(
  walk: Walk,
  step: ReplayStep & { readonly kind: "up" },
  before: Catalog | undefined,
): Promise<void> {
  const { id, kind } = step.file;
  const { locked, lockText } = walk.wishes;
  const catalog = await now(walk);
  const found = hashOf(catalog);
  if (kind === "external") walk.isCertain = false;
  if (before !== undefined && hashOf(before) !== found) walk.isCertain = false;
  if (!walk.isCertain || isMadeByCode(step)) {
    walk.fingerprints.set(id, "unknown");
    return;
  }
  const said = locked(id, catalog.major);
  const holds = said !== undefined && isLocked(said, found);
  if (holds) walk.fingerprints.set(id, { value: said });
  else {
    const value = lockText === undefined ? found : await lockText(catalog);
    walk.fingerprints.set(id, { value });
  }
}

/** Without its head: the lock file says the major, and its level is always the same. */
export function hashOf(catalog: Catalog): string {
  return fingerprint(catalog, lockLevel).split(":").at(-1) ?? "";
}

function isMadeByCode({ file }: ReplayStep & { readonly kind: "up" }): boolean {
  return file.kind !== "sql" || /\\g(?:set|exec)\b/.test(file.up.text);
}

export function nameOf(step: ReplayStep): string {
  return step.kind === "baseline" ? (step.baseline.files[0]?.path ?? "") : step.file.id;
}
