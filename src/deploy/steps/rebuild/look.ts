/** The database that is to be rebuilt: what it holds, how it was made, and whether it can be done at all. */
import { LockstepError } from "../../../core/errors.ts";
import { tableLabel, type DataInventory } from "../../../data/tables.ts";
import { nothingSaid, type SaidEnvironment } from "../../../ledger/environment.ts";
import { booleanOf, numberOf, optionalTextOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";
import { copySession, withSession } from "../backup/sessions.ts";
import { lookAtDatabase, type DatabaseShape } from "../database/look.ts";
import { readInventory, readShapes, type TableShape } from "../data/inventory.ts";
import { readEnvironmentOf } from "../environment.ts";
import { mayMoveLargeObjects } from "./large-objects.ts";
import type { RebuildNames } from "./names.ts";
import type { RebuildPorts } from "./ports.ts";
import { assertMayReplay } from "./replicate/replay-quietly.ts";
import { dropPublication, refuseReplication } from "./replicate/slot.ts";

export interface Rebuildable {
  readonly inventory: DataInventory;
  /** The same tables, for asking whether they are still what they were. */
  readonly shapes: ReadonlyMap<number, TableShape>;
  readonly shape: DatabaseShape;
  readonly encoding: string;
  /** Which environment it is, so that the new one knows it too. */
  readonly environment: SaidEnvironment;
  /** The statement that says what its comment says. */
  readonly comment: readonly string[];
}

/** On another server it belongs to whoever makes it and lies where that one has its databases: owner and tablespace may be unknown there. */
export function clausesFor({ shape }: Rebuildable, { inPlace }: RebuildNames): readonly string[] {
  if (inPlace) return shape.clauses;
  return shape.clauses.filter((clause) => !/^(owner|tablespace) = /.test(clause));
}

export interface LookRequest {
  /** On the old server. */
  readonly keeper: Session;
  /** Where the new one is made. */
  readonly maker: Session;
  readonly names: RebuildNames;
  readonly replicate: boolean;
}

export async function readRebuildable(
  ports: RebuildPorts,
  { keeper, maker, names, replicate }: LookRequest,
): Promise<Rebuildable> {
  const shape = await lookAtDatabase(keeper, names.old, names.final);
  if (shape === undefined) {
    throw new LockstepError("CONNECT.DATABASE_ABSENT", `there is no database ${names.old}`);
  }
  const [row = {}] = await keeper.query(
    `select pg_catalog.shobj_description(d.oid, 'pg_database') as comment,
      r.rolsuper or (r.rolcreatedb and pg_catalog.pg_has_role(d.datdba, 'usage')) as may,
      (select pg_catalog.count(*)::int4 from pg_catalog.pg_prepared_xacts p
        where p.database = d.datname) as prepared
    from pg_catalog.pg_database d, pg_catalog.pg_roles r
    where d.datname = $1 and r.rolname = current_user`,
    [names.old],
  );
  if (!booleanOf(row, "may")) {
    const message = "the role may not create databases, or does not own this one";
    throw new LockstepError("REBUILD.DENIED", message);
  }
  if (numberOf(row, "prepared") > 0) {
    const message = `${numberOf(row, "prepared")} transactions are prepared in ${names.old}`;
    throw new LockstepError("REBUILD.PREPARED", message);
  }
  const comment = optionalTextOf(row, "comment");
  return await withSession(ports.database, copySession("rebuild"), async (session) => {
    const shapes = await readShapes(session);
    const inventory = await readInventory(session);
    refuse(inventory, names);
    if (inventory.largeObjects > 0 && !(await mayMoveLargeObjects(session))) {
      const message = `${names.old} has ${inventory.largeObjects} large objects, and the role may not lock them`;
      throw new LockstepError("REBUILD.LARGE_OBJECTS", message);
    }
    await dropPublication(session);
    if (replicate) {
      await refuseReplication(session, shape.encoding);
      await assertMayReplay(maker);
    }
    const stored = await readEnvironmentOf(session);
    return {
      ...{ inventory, shapes, shape, encoding: shape.encoding },
      environment:
        stored === undefined
          ? (ports.environment ?? nothingSaid)
          : { name: stored.name, isProtected: stored.isProtected },
      comment: [
        `comment on database ${quoteIdentifier(names.final)} is ${comment === undefined ? "null" : quoteLiteral(comment)}`,
      ],
    };
  });
}

function refuse({ tables }: DataInventory, { old }: RebuildNames): void {
  if (tables.length === 0) {
    throw new LockstepError("REBUILD.NOTHING", `${old} has no table`);
  }
  const unreadable = tables
    .filter(({ canRead, hidesRows }) => !canRead || hidesRows)
    .map(tableLabel);
  if (unreadable.length === 0) return;
  throw new LockstepError(
    "REBUILD.DENIED",
    `the role may not read all rows of ${unreadable.join(", ")}`,
  );
}
