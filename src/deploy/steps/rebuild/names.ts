/** The databases that a rebuild makes, by name, and how it knows them as its own after it was cut off. */
import { LockstepError } from "../../../core/errors.ts";
import { optionalTextOf } from "../../../ledger/row.ts";
import type { Database, Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";
import { nameBeside } from "../database/switch.ts";
import { userObjects } from "../target.ts";

export interface RebuildNames {
  readonly old: string;
  /** What is being built. */
  readonly next: string;
  /** Where the project is deployed, for its structure, its ledger and its own rows. */
  readonly model: string;
  /** What the old one is called afterwards. */
  readonly kept: string;
  /** What the new one is called in the end: as the old one, but on another server. */
  readonly final: string;
  /** Whether the new one is made where the old one is, and takes its name. */
  readonly inPlace: boolean;
}

/** Names of up to 63 bytes: what is added stays whole. */
export function rebuildNames(
  old: string,
  takenAt: string,
  elsewhere: string | undefined,
): RebuildNames {
  const final = elsewhere ?? old;
  const time = takenAt.replaceAll(/[-:]/g, "").replace("T", "_").slice(0, 15);
  return {
    old,
    ...{ final, inPlace: elsewhere === undefined },
    next: nameBeside(final, "_rebuild"),
    model: nameBeside(final, "_rebuild_model"),
    kept: nameBeside(old, `_before_${time}`),
  };
}

export function inDatabase(database: Database, name: string): Database {
  return {
    ...database,
    name,
    label: database.label.replace(database.name, name),
    connect: (options) => database.connect({ database: name, ...options }),
  };
}

export function markOf({ old }: RebuildNames): string {
  return `lockstep rebuild of ${old}: not in use yet`;
}

/** Says whose it is; without the mark nothing is ever dropped. */
export async function markDatabase(session: Session, name: string, mark: string): Promise<void> {
  await session.script(`comment on database ${quoteIdentifier(name)} is ${quoteLiteral(mark)}`);
}

/**
 * What a rebuild that was cut off left goes; what is somebody else's is refused. One without the mark and without any
 * object was made a moment before a rebuild was killed, and holds nothing that could be lost.
 */
export async function clearLeftovers(
  session: Session,
  names: RebuildNames,
  database: Database,
): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const name of [names.next, names.model]) {
    const [row] = await session.query(
      `select pg_catalog.shobj_description(oid, 'pg_database') as mark
      from pg_catalog.pg_database where datname = $1`,
      [name],
    );
    if (row === undefined) continue;
    const mark = optionalTextOf(row, "mark");
    const isOurs =
      mark === markOf(names) || (mark === undefined && (await isEmpty(inDatabase(database, name))));
    if (!isOurs) {
      const message = `there is a database ${name} that no rebuild of ${names.old} made`;
      throw new LockstepError("REBUILD.NAME_TAKEN", message);
    }
    await dropDatabase(session, name);
    dropped.push(name);
  }
  return dropped;
}

/** On another server nothing is exchanged, so the name has to be free. */
export async function refuseTaken(
  session: Session,
  { final, inPlace }: RebuildNames,
): Promise<void> {
  if (inPlace) return;
  const [row] = await session.query("select 1 from pg_catalog.pg_database where datname = $1", [
    final,
  ]);
  if (row === undefined) return;
  throw new LockstepError("REBUILD.NAME_TAKEN", `there is a database ${final} already`, {
    notes: ["a rebuild that was cut off at its very end may have left it: look before you drop it"],
  });
}

async function isEmpty(database: Database): Promise<boolean> {
  const session = await database.connect({ applicationName: "lockstep rebuild" });
  try {
    return (await userObjects(session)).length === 0;
  } finally {
    await session.close();
  }
}

export async function dropDatabase(session: Session, name: string): Promise<void> {
  await session.script(`drop database if exists ${quoteIdentifier(name)} with (force)`);
}
