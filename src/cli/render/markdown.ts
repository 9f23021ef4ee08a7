/** What happened as a section of Markdown, for the summary page of a run of GitHub Actions. Pure. */
import { renderPosition } from "./human.ts";
import { asLockstepError } from "./json.ts";

/** A command that ended well, or with findings. */
export function markdownResult(command: string, said: string): string {
  const text = said.trim();
  return `### lockstep ${command}\n\n${text === "" ? "done" : fenced(text)}\n`;
}

export function markdownError(command: string, error: unknown): string {
  const { code, message, where, notes, state, next } = asLockstepError(error);
  const lines = [
    `### lockstep ${command}: ${code}`,
    ...[message],
    ...(where === undefined ? [] : [`at \`${renderPosition(where)}\``]),
    ...(notes.length === 0 ? [] : [fenced(notes.join("\n"))]),
    `**state:** ${state}`,
    `**next:** \`${next}\``,
  ];
  return `${lines.join("\n\n")}\n`;
}

/** Longer than any fence inside. */
function fenced(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}
