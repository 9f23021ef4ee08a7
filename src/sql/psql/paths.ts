/** Paths that scripts name, resolved by text alone: what leads out of the project is refused before any look at it. */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";

export interface PathRequest {
  /** As the script writes it. */
  readonly path: string;
  /** The file that the script is in, relative to the project's root. */
  readonly from: string;
  /** `\i` looks at the project's root first, as psql started there would; `\ir` only beside its file. */
  readonly base: "project" | "file";
}

/** Relative to the project's root, the likelier first. */
export function pathsInProject(request: PathRequest, where: SourcePosition): readonly string[] {
  const path = request.path.replaceAll("\\", "/");
  const isAbsolute = path.startsWith("/") || path.startsWith("~") || /^[A-Za-z]:/.test(path);
  const folder = request.from.split("/").slice(0, -1);
  const bases = request.base === "project" ? [[], folder] : [folder];
  const found = isAbsolute
    ? []
    : bases.flatMap((base) => normalise([...base, ...path.split("/")]) ?? []);
  if (found.length === 0) {
    const message = `The path ${JSON.stringify(request.path)} leads out of the project.`;
    throw new LockstepError("SQL.PSQL_INCLUDE", message, { where });
  }
  return [...new Set(found)];
}

/** Undefined for a path that climbs above the root or names no file. */
function normalise(parts: readonly string[]): string | undefined {
  const kept: string[] = [];
  for (const part of parts) {
    if (part === "..") {
      if (kept.pop() === undefined) return undefined;
    } else if (part !== "" && part !== ".") kept.push(part);
  }
  return kept.length === 0 ? undefined : kept.join("/");
}
