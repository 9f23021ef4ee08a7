/**
 * SQL files that no name tells apart, for whoever wonders where they went. They are looked for where neither a config
 * nor a usual name says which folder holds the migrations.
 */
import type { Files } from "../../ports/files.ts";
import type { Project } from "../../project/project.ts";
import { looksLikeMigration } from "../../project/recognise.ts";

export interface Strays {
  readonly paths: readonly string[];
  /** The folder whose files look most like migrations, "" for the project's own. */
  readonly likely: string | undefined;
}

/** Deeper ones are hardly the project's schema. */
const depth = 4;

export async function findStrays(files: Files, project: Project): Promise<Strays> {
  if (project.config.file !== undefined || project.migrationsFolder !== undefined)
    return { paths: [], likely: undefined };
  const known = knownPaths(project);
  const paths = (await sqlBelow(files, "", depth)).filter((path) => !known.has(path)).sort();
  return { paths, likely: likelyFolder(paths) };
}

function knownPaths({ baseline, declared, seeds, startingPoints }: Project): ReadonlySet<string> {
  const schemas = [
    ...(baseline?.files ?? []),
    ...(declared?.kind === "files" ? declared.files : []),
    ...startingPoints.flatMap((point) => point.files),
  ];
  const included = schemas.flatMap((file) => file.included.map(({ path }) => path));
  return new Set([...[...schemas, ...seeds].map(({ path }) => path), ...included]);
}

async function sqlBelow(files: Files, folder: string, left: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, kind } of await files.list(folder)) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (kind === "file" && name.endsWith(".sql")) found.push(path);
    if (kind !== "folder" || left === 0 || name.startsWith(".") || name === "node_modules")
      continue;
    found.push(...(await sqlBelow(files, path, left - 1)));
  }
  return found;
}

function likelyFolder(paths: readonly string[]): string | undefined {
  const votes = new Map<string, number>();
  for (const path of paths) {
    const parts = path.split("/");
    const at = parts.findIndex((_, index) => looksLikeMigration(parts.slice(index).join("/")));
    const folder = parts.slice(0, at).join("/");
    if (at >= 0) votes.set(folder, (votes.get(folder) ?? 0) + 1);
  }
  return [...votes].toSorted(([, one], [, other]) => other - one)[0]?.[0];
}

/** One line: where they lie, how many there are, and what to write when they are meant. */
export function describeStrays({ paths, likely }: Strays): string {
  const folders = new Map<string, number>();
  for (const path of paths) {
    const folder = path.includes("/") ? `${path.slice(0, path.indexOf("/"))}/` : path;
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  const shown = [...folders].slice(0, 3).map(([folder, count]) => {
    return folder.endsWith("/") ? `${folder} (${count} SQL file${count === 1 ? "" : "s"})` : folder;
  });
  const more = folders.size > shown.length ? ` and ${folders.size - shown.length} more` : "";
  const config =
    likely === undefined
      ? `{ "baseline": ${JSON.stringify(paths.length === 1 ? paths[0] : "FILE")} }`
      : `{ "migrations": "${likely === "" ? "." : likely}" }`;
  return `${shown.join(", ")}${more}: no name says what they are; if they are the schema's, write lockstep.config.json, such as ${config}`;
}
