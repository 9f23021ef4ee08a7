/** CREATE DATABASE, once: a database that is there already, or that somebody makes at the same moment, is left as it is. */
import { LockstepError } from "../../../core/errors.ts";
import type { Clock } from "../../../ports/clock.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";
import { pauseMs } from "../connect.ts";
import { checkDatabaseName } from "./name.ts";

export interface DatabaseOptions {
  readonly owner?: string | undefined;
  readonly encoding?: string | undefined;
  readonly locale?: string | undefined;
  readonly template?: string | undefined;
}

export interface CreateStep {
  readonly name: string;
  /** What stands behind the name in the statement, such as `owner = app`. */
  readonly clauses: readonly string[];
  readonly clock: Clock;
}

export function clausesOf(options: DatabaseOptions): readonly string[] {
  const { owner, encoding, locale } = options;
  const differs = encoding !== undefined || locale !== undefined;
  // Only template0 is sure to hold nothing that another encoding or order would falsify.
  const template = options.template ?? (differs ? "template0" : undefined);
  return [
    ...(owner === undefined ? [] : [`owner = ${quoteIdentifier(owner)}`]),
    ...(template === undefined ? [] : [`template = ${quoteIdentifier(template)}`]),
    ...(encoding === undefined ? [] : [`encoding = ${quoteLiteral(encoding)}`]),
    ...(locale === undefined ? [] : [`locale = ${quoteLiteral(locale)}`]),
  ];
}

/** Resolves to whether it was created now. */
export async function createDatabase(session: Session, step: CreateStep): Promise<boolean> {
  const { name, clauses, clock } = step;
  checkDatabaseName(name);
  const statement = ["create database", quoteIdentifier(name), ...clauses].join(" ");
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.query(statement);
      return true;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      // duplicate_database, or two at the same moment and the other was quicker.
      if (error.sqlState === "42P04" || error.sqlState === "23505") return false;
      const isBusy = error.sqlState === "55006" && attempt < attemptsMax;
      if (!isBusy) throw createFailure(error, name);
      await clock.sleep(pauseMs(attempt));
    }
  }
}

/** Somebody is connected to the template for a moment, as another CREATE DATABASE is. */
const attemptsMax = 8;

function createFailure(error: ServerError, name: string): LockstepError {
  const { sqlState } = error;
  const details = {
    sqlState,
    cause: error,
    notes: [
      ...(error.detail === undefined ? [] : [`DETAIL: ${error.detail}`]),
      ...(error.hint === undefined ? [] : [`HINT: ${error.hint}`]),
    ],
  };
  const message = `${name} could not be created: ${error.message}`;
  if (sqlState === "42501") {
    return new LockstepError("DATABASE.DENIED", message, {
      ...details,
      next: "Use a role with CREATEDB (and one that is a member of --owner), or a superuser.",
    });
  }
  if (sqlState === "55006") {
    return new LockstepError("DATABASE.FAILED", message, {
      ...details,
      next: "Somebody is connected to the template; try again, or: lockstep create --template template0",
    });
  }
  return new LockstepError("DATABASE.FAILED", message, details);
}
