/**
 * A catalog made again from its own text in a scratch database and read back. It is asked where two texts may mean
 * the same; what can't be made again is no failure, it just leaves the question open.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import { asTheServerWroteIt } from "../../../plan/as_written.ts";
import { planSchema } from "../../../plan/schema_plan.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import type { ScratchDatabase } from "../../../ports/scratch.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import { missingRole } from "../source/failure.ts";
import type { ReplayPorts } from "./ports.ts";

export interface RemakeOptions {
  readonly ports: Pick<ReplayPorts, "readCatalog">;
  readonly mayMakeRoles: boolean;
}

export async function remakeIn(
  database: ScratchDatabase,
  catalog: Catalog,
  { ports, mayMakeRoles }: RemakeOptions,
): Promise<Catalog | undefined> {
  const session = await database.connect({
    applicationName: "lockstep scratch",
    settings: { check_function_bodies: "off" },
  });
  try {
    const { segments } = planSchema(
      await ports.readCatalog(session, {}),
      asTheServerWroteIt(catalog),
    );
    for (const { steps } of segments) {
      for (const statement of steps.flatMap((step) => step.statements)) {
        await run(session, statement, mayMakeRoles);
      }
    }
    return await ports.readCatalog(session, {});
  } catch (error) {
    if (error instanceof ServerError || error instanceof LockstepError) return undefined;
    throw error;
  } finally {
    await session.close();
  }
}

async function run(session: Session, statement: string, mayMakeRoles: boolean): Promise<void> {
  const made = new Set<string>();
  for (;;) {
    try {
      await session.script(statement);
      return;
    } catch (error) {
      const role = error instanceof ServerError ? missingRole(error) : undefined;
      if (role === undefined || made.has(role) || !mayMakeRoles) throw error;
      made.add(role);
      await session.script(`create role ${quoteIdentifier(role)}`);
    }
  }
}
