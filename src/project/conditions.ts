/**
 * Conditions that another tool reads in comments and that decide what a file does: parts for other databases, checks
 * before a part, values to be put in. Run without them the file would do something else in silence. The marks are
 * whole comment lines; this never looks into SQL.
 */
import { LockstepError } from "../core/errors.ts";
import type { SqlText } from "./migration.ts";
import { countLineEnds } from "./section-marks.ts";

/** goose's ENVSUB: what it puts in for `${NAME}` has to come from somewhere. */
export function asksForValues(text: string): boolean {
  return text.includes("+goose") && /^[ \t]*--[ \t]*\+goose[ \t]+envsub[ \t]+on\b/im.test(text);
}

/** In files of Liquibase's own SQL format: its changesets are all run, one after the other, as they stand there. */
export function refuseConditions({ path, text, line }: SqlText): void {
  if (!text.includes("iquibase") || !/^\s*--[ \t]*liquibase formatted sql\b/i.test(text)) return;
  for (const { index, 0: found } of text.matchAll(changesetLine)) {
    const why = whyConditional(found);
    if (why === undefined) continue;
    throw new LockstepError("PROJECT.CONDITION", `${why}, which lockstep does not ask about`, {
      where: { file: path, line: line + countLineEnds(text.slice(0, index)) },
    });
  }
}

const changesetLine = /^[ \t]*--[ \t]*(?:changeset|preconditions?)\b.*$/gim;

function whyConditional(line: string): string | undefined {
  if (/--[ \t]*precondition/i.test(line))
    return "the changeset runs only where its precondition holds";
  if (/\signore:"?true\b/i.test(line)) return "the changeset is marked as ignored";
  const databases = /\sdbms:(?:"([^"]*)"|(\S+))/i.exec(line);
  const named = databases?.[1] ?? databases?.[2];
  return named === undefined || isForPostgres(named)
    ? undefined
    : `the changeset is for other databases (dbms:${named})`;
}

function isForPostgres(databases: string): boolean {
  const names = databases.toLowerCase().split(/[\s,]+/);
  const excluded = names.filter((name) => name.startsWith("!"));
  if (excluded.length === names.length) return !excluded.includes("!postgresql");
  return names.includes("postgresql") || names.includes("all");
}
