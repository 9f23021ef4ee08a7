/**
 * Statements of a newer pg_dump that say nothing to an older server: it switches off a limit that the older one does
 * not have. Nothing else that a server refuses is ever left out.
 */
import { sessionEffects } from "./classify/session.ts";
import type { Parser } from "./parse.ts";

/** Setting -> the value that switches it off, as an older server always is. */
const off: Readonly<Record<string, string>> = { transaction_timeout: "0" };

/** Whether all that the text does is to switch off a limit that only newer servers know. */
export function switchesOffWhatOlderLack(parser: Parser, text: string): boolean {
  const outcome = parser.parse(text);
  const [statement] = outcome.kind === "parsed" ? outcome.statements : [];
  if (outcome.kind !== "parsed" || statement === undefined) return false;
  if (outcome.statements.length !== 1 || statement.node !== "VariableSetStmt") return false;
  const effects = sessionEffects(statement.node, statement.tree);
  const [effect] = effects;
  if (effects.length !== 1 || effect?.kind !== "set" || !Object.hasOwn(off, effect.name)) {
    return false;
  }
  return off[effect.name] === effect.value;
}
