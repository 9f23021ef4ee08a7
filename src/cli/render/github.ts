/**
 * Annotations for GitHub Actions: lines that its log turns into marks beside the code. Written to stderr beside what
 * people read, when GITHUB_ACTIONS says so; stdout stays data.
 */
import type { SourcePosition } from "../../core/errors.ts";
import { asLockstepError } from "./json.ts";

/** One `::error` line for a failure. */
export function githubAnnotation(error: unknown): string {
  const { code, message, where, state, next } = asLockstepError(error);
  const properties = { ...placeOf(where), title: code };
  const shown = Object.entries(properties)
    .map(([name, value]) => `${name}=${escapeProperty(value)}`)
    .join(",");
  return `::error ${shown}::${escapeData(`${message}\nstate: ${state}\nnext: ${next}`)}\n`;
}

function placeOf(where: SourcePosition | undefined): Readonly<Record<string, string>> {
  if (where === undefined) return {};
  const { file, line, column } = where;
  return {
    file,
    ...(line === undefined ? {} : { line: String(line) }),
    ...(column === undefined ? {} : { col: String(column) }),
  };
}

/** A line break would end the annotation, and a percent sign begins what stands for one. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
