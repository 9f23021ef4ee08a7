/** Asks a person about each thing that looks renamed. Where nobody can answer, none is. */
import type { Rename } from "../plan/renames/rename.ts";
import { labelOf } from "../plan/renames/suggest.ts";
import type { CommandContext } from "./command.ts";

export async function chooseRenames(
  context: CommandContext,
  suggestions: readonly Rename[],
): Promise<readonly Rename[]> {
  const chosen: Rename[] = [];
  for (const rename of suggestions) {
    const what = rename.kind.replaceAll("_", " ");
    const question = `Was the ${what} ${labelOf(rename.old)} renamed to ${labelOf(rename.new)}?`;
    const answer = await context.ask(question);
    if (answer === undefined) return [];
    if (answer) chosen.push(rename);
  }
  return chosen;
}
