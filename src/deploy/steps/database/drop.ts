/**
 * DROP DATABASE, with everything that must be true before: the database says that it may go, nobody else is in it or
 * force was asked for, the role may do it, and a person has agreed. Until the statement itself nothing is changed.
 */
import { LockstepError } from "../../../core/errors.ts";
import {
  isProtectedName,
  nothingSaid,
  refuseOtherEnvironment,
  type SaidEnvironment,
  type StoredEnvironment,
} from "../../../ledger/environment.ts";
import { booleanOf } from "../../../ledger/row.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import type { DeployPorts } from "../../ports.ts";
import { connectPatiently } from "../connect.ts";
import { readEnvironmentOf } from "../environment.ts";
import { lookSession } from "../sessions.ts";
import { describeVisitor, lookAtDatabase, visitorsOf, type DatabaseShape } from "./look.ts";
import { openMaintenance } from "./maintenance.ts";
import { checkDatabaseName } from "./name.ts";

export interface DropStep {
  readonly ports: DeployPorts;
  readonly maintenance?: string | undefined;
  /** Ends the sessions of others. */
  readonly force: boolean;
  /** It is made again afterwards: the role must be able to. */
  readonly isMadeAgain: boolean;
  /** Throws when the person says no. */
  readonly confirm: (doomed: Doomed) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

export interface Doomed {
  readonly label: string;
  readonly environment: StoredEnvironment | undefined;
  readonly visitors: number;
}

export interface Dropped extends Doomed {
  readonly shape: DatabaseShape;
}

/** Undefined when there was nothing to drop. The session stays open for what comes next. */
export async function dropTarget(step: DropStep, session: Session): Promise<Dropped | undefined> {
  const { database } = step.ports;
  const shape = await lookAtDatabase(session, database.name);
  if (shape === undefined) return undefined;
  const environment = shape.isInvalid ? undefined : await environmentIn(step);
  refuseProtected(environment, step.ports.environment ?? nothingSaid, database.label);
  await refuseRights(session, shape, step);
  const visitors = await visitorsOf(session, database.name);
  if (visitors.length > 0 && !step.force) {
    throw inUse(database.label, visitors.map(describeVisitor));
  }
  const doomed = { label: database.label, environment, visitors: visitors.length };
  await step.confirm(doomed);
  await execute(session, step);
  return { ...doomed, shape };
}

/** From another database, since nobody can drop the one that they are in. */
export async function openForDrop(step: Omit<DropStep, "confirm">): Promise<Session> {
  checkDatabaseName(step.ports.database.name);
  return await openMaintenance(step);
}

async function environmentIn({ ports, signal }: DropStep): Promise<StoredEnvironment | undefined> {
  const session = await connectPatiently({
    database: ports.database,
    options: lookSession(crypto.randomUUID()),
    clock: ports.clock,
    progress: ports.progress,
    retryForMs: 0,
    signal,
  });
  try {
    return await readEnvironmentOf(session);
  } finally {
    await session.close();
  }
}

function refuseProtected(
  stored: StoredEnvironment | undefined,
  said: SaidEnvironment,
  label: string,
): void {
  refuseOtherEnvironment(stored, said, label);
  const name = stored?.name ?? said.name;
  const why =
    stored?.isProtected === true
      ? `says that it is protected${stored.name === undefined ? "" : ` (${stored.name})`}`
      : isProtectedName(name)
        ? `is ${name}`
        : said.isProtected
          ? "is protected by the config"
          : undefined;
  if (why === undefined) return;
  throw new LockstepError("DATABASE.PROTECTED", `${label} ${why}`, {
    data: { environment: name ?? null },
  });
}

/** The server would say so, too; but after a drop that worked it is too late to learn that nothing can be created. */
async function refuseRights(
  session: Session,
  { owner, isTemplate }: DatabaseShape,
  { ports, isMadeAgain }: DropStep,
): Promise<void> {
  const { name } = ports.database;
  if (isTemplate) {
    throw new LockstepError("DATABASE.FAILED", `${name} is a template for other databases`, {
      next: `To drop it after all: alter database ${quoteIdentifier(name)} is_template false`,
    });
  }
  const [row] = await session.query(
    `select rolsuper as is_superuser, rolsuper or rolcreatedb as may_create,
      pg_catalog.pg_has_role(current_user, $1::name, 'MEMBER') as is_owner, rolname::text as role
    from pg_catalog.pg_roles where rolname = current_user`,
    [owner],
  );
  if (row === undefined) return;
  const role = String(row["role"]);
  if (!booleanOf(row, "is_owner")) {
    throw new LockstepError(
      "DATABASE.DENIED",
      `${name} belongs to ${owner}, and ${role} is not a member of that role`,
    );
  }
  if (isMadeAgain && !booleanOf(row, "may_create")) {
    throw new LockstepError(
      "DATABASE.DENIED",
      `${role} may drop ${name} and could not create it again: it lacks CREATEDB`,
      { next: `As a superuser: alter role ${quoteIdentifier(role)} createdb` },
    );
  }
}

async function execute(session: Session, { ports, force }: DropStep): Promise<void> {
  const { name, label } = ports.database;
  const how = force ? " with (force)" : "";
  try {
    await session.query(`drop database if exists ${quoteIdentifier(name)}${how}`);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const { sqlState, message, detail } = error;
    const notes = detail === undefined ? [message] : [message, detail];
    if (sqlState === "55006") throw inUse(label, notes, error);
    throw new LockstepError(
      sqlState === "42501" ? "DATABASE.DENIED" : "DATABASE.FAILED",
      `${name} could not be dropped: ${message}`,
      { sqlState, cause: error, notes: notes.slice(1) },
    );
  }
}

function inUse(label: string, notes: readonly string[], cause?: ServerError): LockstepError {
  return new LockstepError("DATABASE.IN_USE", `others are connected to ${label}`, {
    notes: notes.length > shownMax ? [...notes.slice(0, shownMax), "and others"] : notes,
    data: { sessions: notes.length },
    ...(cause === undefined ? {} : { cause, sqlState: cause.sqlState }),
  });
}

const shownMax = 10;
