/**
 * The schema that a project deploys by difference: only with `strategy: "declarative"`, where migrations play no part.
 * A complete schema alone is one, too.
 */
import { filesBytesHash } from "./baseline-hash.ts";
import type { Project } from "./project.ts";
import type { DeclaredSchema } from "./schema.ts";

/** Undefined: the project is deployed by its migrations. */
export function declaredOf(project: Project): DeclaredSchema | undefined {
  const { config, declared, baseline, migrationsFolder } = project;
  if (config.strategy !== "declarative") return undefined;
  if (declared !== undefined) return declared;
  if (baseline === undefined || migrationsFolder !== undefined) return undefined;
  return { kind: "files", files: baseline.files };
}

/** Undefined where a command prints the schema: nobody knows before it has run. */
export function declaredBytesHash(declared: DeclaredSchema): string | undefined {
  return declared.kind === "files" ? filesBytesHash(declared.files) : undefined;
}
