/**
 * Which of several statements that did not succeed is the one to look at. What lacks something may lack it only because
 * another statement failed, so a failure of another sort comes first, and else one whose missing thing none of the others
 * would make. All of these errors are true; nothing but which one is shown depends on it.
 */
import type { ServerError } from "../../../ports/database.ts";
import { isMissingObject } from "./failure.ts";
import type { ScriptStatement } from "./script.ts";

interface Failed {
  readonly statement: ScriptStatement;
  readonly error?: ServerError;
}

export function wrongOne<T extends Failed>(failed: readonly T[]): T | undefined {
  const made = failed.map(({ statement }) => namesMadeBy(statement.text.text));
  const isMadeElsewhere = ({ error }: T, own: number): boolean => {
    const name = missingName(error?.message ?? "");
    return name !== undefined && made.some((names, other) => other !== own && names.has(name));
  };
  return (
    failed.find(({ error }) => error !== undefined && !isMissingObject(error)) ??
    failed.find((one, position) => !isMadeElsewhere(one, position)) ??
    failed[0]
  );
}

/** `relation "shop.stay" does not exist`, `function shop.touched() does not exist`. */
export function missingName(message: string): string | undefined {
  const [, quoted, bare] = /"([^"]+)"|^\w+ ([^\s(]+)(?:\(|$)/.exec(message) ?? [];
  return (quoted ?? bare)?.split(".").at(-1)?.toLowerCase();
}

/** The words of a CREATE before it says of what, among them the name. */
export function namesMadeBy(statement: string): ReadonlySet<string> {
  const text = statement.trimStart().toLowerCase();
  if (!text.startsWith("create")) return new Set();
  const [head = ""] = text.slice(0, 300).split(afterName);
  return new Set(head.split(/[\s."]+/).filter((word) => word !== ""));
}

const afterName = /[(;]|\s(?:as|on|of|using|returns|partition|before|after|instead|for|from)\s/;
