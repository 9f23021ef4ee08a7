/**
 * Whether ADD COLUMN writes the table again: a value that differs from row to row has to be stored in each of them,
 * and so has one that a domain's constraints have to be tried on. A constant is kept once for all rows.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { createLexer } from "../../sql/lexer.ts";
import type { Planning } from "../planning.ts";
import { serialWord } from "./serial.ts";

export function addingRewrites(fact: FactOf<"column">, planning: Planning): boolean {
  const { identity, generated } = fact.payload;
  if (identity !== undefined || generated?.kind === "stored") return true;
  if (serialWord(fact, planning) !== undefined || hasConstrainedType(fact, planning)) return true;
  return planning.to.childrenOf("default", fact.id).some((value) => isVolatile(value, planning));
}

function hasConstrainedType(fact: FactOf<"column">, planning: Planning): boolean {
  return fact.references.some((id) => {
    const domain = planning.to.find("domain", id);
    if (domain === undefined) return false;
    return (
      domain.payload.notNull !== undefined || planning.to.childrenOf("constraint", id).length > 0
    );
  });
}

/** The server's own functions that give another value each time and that stand in defaults. */
const volatileFunctions: ReadonlySet<string> = new Set([
  "clock_timestamp",
  "currval",
  "gen_random_uuid",
  "lastval",
  "nextval",
  "random",
  "random_normal",
  "setval",
  "timeofday",
  "txid_current",
  "uuidv4",
  "uuidv7",
]);

function isVolatile(value: FactOf<"default">, planning: Planning): boolean {
  const callsOwn = value.references.some((id) => {
    const fact = planning.to.get(id);
    // What an extension's function is nobody has read: it is taken for the worse.
    if (fact?.kind === "extension") return true;
    return fact?.kind === "function" && fact.payload.volatility === undefined;
  });
  if (callsOwn) return true;
  const { expression } = value.payload;
  const lexer = createLexer(expression);
  for (let token = lexer.next(); token.kind !== "end"; token = lexer.next()) {
    if (token.kind !== "word") continue;
    if (volatileFunctions.has(expression.slice(token.start, token.end).toLowerCase())) return true;
  }
  return false;
}
