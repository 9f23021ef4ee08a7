/** Drops the target's database, unless it is protected, another than is said, or in use. One that is not there is fine. */
import type { DeployPorts } from "./ports.ts";
import { dropTarget, openForDrop, type Doomed } from "./steps/database/drop.ts";

export type { Doomed } from "./steps/database/drop.ts";

export interface DropRequest {
  readonly maintenance?: string | undefined;
  /** Ends the sessions of others. */
  readonly force?: boolean;
  /** Asked when everything else allows it; throws when the answer is no. */
  readonly confirm?: (doomed: Doomed) => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface DropReport {
  readonly database: string;
  /** False: there was none. */
  readonly dropped: boolean;
  /** As the database said. */
  readonly environment: string | undefined;
  /** How many sessions of others were ended. */
  readonly ended: number;
}

export async function drop(ports: DeployPorts, request: DropRequest): Promise<DropReport> {
  const step = {
    ports,
    maintenance: request.maintenance,
    force: request.force === true,
    isMadeAgain: false,
    signal: request.signal,
    confirm: request.confirm ?? agreed,
  };
  const session = await openForDrop(step);
  try {
    const dropped = await dropTarget(step, session);
    return {
      database: ports.database.label,
      dropped: dropped !== undefined,
      environment: dropped?.environment?.name,
      ended: dropped?.visitors ?? 0,
    };
  } finally {
    await session.close();
  }
}

/** A caller of the library has agreed by calling. */
async function agreed(): Promise<void> {}
