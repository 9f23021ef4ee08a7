/**
 * The functions of a plan's TypeScript and JavaScript migrations, all loaded before the first unit of the plan runs:
 * a module that can't be loaded, that has no `up`, or that is no longer the one that was hashed stops the deploy while
 * nothing is changed. It calls none of them.
 */
import { LockstepError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/hash.ts";
import type { DataUnit, PlannedUnit } from "../../../plan/plan.ts";
import type { MigrationDatabase, MigrationTools } from "../backfill/tools.ts";
import { changedMeanwhile } from "../as-hashed.ts";
import type { ApplyContext } from "./context.ts";

/** As the module exports it; how many parameters it names says whether it takes the tools. */
export type Up = (database: MigrationDatabase, tools?: MigrationTools) => unknown;

/** What a migration exports as `up`, loaded once. */
export type Ups = (unit: DataUnit) => Promise<Up>;

type Source = Pick<ApplyContext, "loadModule" | "readFile">;

/** Throws DEPLOY.DATA_UNSUPPORTED and PROJECT.CHANGED_MEANWHILE. */
export async function loadUps(source: Source, units: readonly PlannedUnit[]): Promise<Ups> {
  const loaded = new Map<string, Promise<Up>>();
  const upOfUnit: Ups = async (unit) => {
    const { id } = unit.identity;
    const up = loaded.get(id) ?? loadUp(source, unit);
    loaded.set(id, up);
    return await up;
  };
  for (const unit of units) if (unit.kind === "data") await upOfUnit(unit);
  return upOfUnit;
}

async function loadUp(source: Source, { identity }: DataUnit): Promise<Up> {
  const { path } = identity;
  const where = { file: path };
  const exported = await source.loadModule(path).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LockstepError("DEPLOY.DATA_UNSUPPORTED", `it can't be loaded: ${why}`, {
      where,
      cause,
      next: `Correct ${path}, then: lockstep deploy`,
    });
  });
  // After it was loaded, so that what is held in memory is what was hashed.
  const file = await source.readFile([path]);
  const isAsHashed = file !== undefined && sha256(file.bytes) === identity.bytesHash;
  if (!isAsHashed) throw changedMeanwhile(path);
  const up = upOf(exported);
  if (up !== undefined) return up;
  const message = `${path} exports no function named up`;
  throw new LockstepError("DEPLOY.DATA_UNSUPPORTED", message, { where });
}

function upOf(exported: unknown): Up | undefined {
  if (typeof exported !== "object" || exported === null || !("up" in exported)) return undefined;
  const { up } = exported;
  // What a function takes and gives is its author's word.
  return typeof up === "function" ? (up as Up) : undefined;
}
