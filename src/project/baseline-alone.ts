/**
 * Whether a complete schema is all that the project says: then the one that was loaded must still be it. An empty
 * migrations folder changes nothing about that, but for a baseline that says which migrations it stands for.
 */
import type { Project } from "./project.ts";

export function isBaselineAlone({
  baseline,
  migrations,
  migrationsFolder,
  replaced,
}: Pick<Project, "baseline" | "migrations" | "migrationsFolder" | "replaced">): boolean {
  if (baseline === undefined || replaced.length > 0) return false;
  if (migrationsFolder === undefined) return true;
  return migrations.length === 0 && baseline.includes.kind !== "upTo";
}
