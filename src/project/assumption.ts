/**
 * What nobody wrote down and a fresh database rests on: a complete schema that names no migration is taken for one that
 * includes them all. Whoever adds a migration beside it, or deploys both, is told.
 */
import type { Project } from "./project.ts";

export interface Assumption {
  /** The complete schema's file. */
  readonly path: string;
  /** What its header would say of the migrations so far. */
  readonly header: string;
}

/** Undefined: the files say what they include, or there is no such schema. */
export function assumptionOf({ baseline, migrations, config }: Project): Assumption | undefined {
  const path = baseline?.files[0]?.path;
  if (baseline === undefined || path === undefined) return undefined;
  const isWritten = (baseline.header.includes ?? config.baseline?.includes) !== undefined;
  if (isWritten || baseline.includes.kind === "upTo") return undefined;
  const last = migrations.at(-1)?.id ?? "none";
  return { path, header: `-- Includes migrations up to: ${last}` };
}
