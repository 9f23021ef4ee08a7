/**
 * A backup restored into a new database beside the target, which is made like it: owner, encoding, locale, settings,
 * rights. It has a name made of the backup's, so that a run that was cut off is gone on with; a comment says when it
 * is complete. The target is not touched.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import { booleanOf, optionalTextOf, textOf } from "../../../ledger/row.ts";
import type { Database, Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";
import type { BackupPorts } from "../backup/ports.ts";
import { createDatabase } from "../database/create.ts";
import { lookAtDatabase } from "../database/look.ts";
import { nameBeside } from "../database/switch.ts";
import type { OpenBackup } from "./backup-file.ts";
import { restoreInto } from "./restore-into.ts";

export interface BesideRequest {
  readonly database: Database;
  /** In another database of the same server. */
  readonly maintenance: Session;
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Beside {
  readonly name: string;
  readonly resumed: boolean;
  readonly findings: readonly Finding[];
}

export async function restoreBeside(
  ports: BackupPorts,
  opened: OpenBackup,
  request: BesideRequest,
): Promise<Beside> {
  const { database, maintenance, jobs, signal } = request;
  const { manifest } = opened;
  const name = nameBeside(database.name, `_restored_${manifest.id.slice(0, 8)}`);
  const shape = await lookAtDatabase(maintenance, database.name, name);
  if (shape === undefined) {
    throw new LockstepError("CONNECT.DATABASE_ABSENT", `there is no database ${database.name}`);
  }
  const complete = `restored by lockstep from backup ${manifest.id}`;
  const found = await commentOf(maintenance, name);
  if (found === complete) return { name, resumed: true, findings: [] };
  const make = (): Promise<boolean> =>
    createDatabase(maintenance, { name, clauses: shape.clauses, clock: ports.clock });
  if (found === undefined) await make();
  const target = { database: besideOf(database, name), jobs, signal };
  const { resumed, findings } = await restoreInto(ports, opened, target).catch(
    async (error: unknown) => {
      // It was cut off between its end and the comment: the name is ours, and nothing tells how complete it is.
      if (!(error instanceof LockstepError) || error.code !== "RESTORE.NOT_EMPTY") throw error;
      await maintenance.query(`drop database ${quoteIdentifier(name)} with (force)`);
      await make();
      return await restoreInto(ports, opened, target);
    },
  );
  const statements = [
    ...shape.settings,
    ...(await grantsOf(maintenance, database.name, name)),
    `comment on database ${quoteIdentifier(name)} is ${quoteLiteral(complete)}`,
  ];
  for (const statement of statements) await maintenance.query(statement);
  return { name, resumed, findings };
}

/** Undefined: there is no such database; empty: it has no comment. */
export async function commentOf(session: Session, name: string): Promise<string | undefined> {
  const [row] = await session.query(
    `select pg_catalog.shobj_description(oid, 'pg_database') as comment
    from pg_catalog.pg_database where datname::text = $1`,
    [name],
  );
  return row === undefined ? undefined : (optionalTextOf(row, "comment") ?? "");
}

function besideOf(database: Database, name: string): Database {
  return {
    label: `${name} beside ${database.label}`,
    name,
    notes: [],
    connect: (options = {}) => database.connect({ ...options, database: name }),
  };
}

/** Rights on one database, as statements that give them on another. */
export async function grantsOf(
  session: Session,
  from: string,
  to: string,
): Promise<readonly string[]> {
  const rows = await session.query(
    `select a.privilege_type as privilege, a.is_grantable as grantable,
      case when a.grantee <> 0 then pg_catalog.pg_get_userbyid(a.grantee)::text end as grantee
    from pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a
    where d.datname::text = $1 and d.datacl is not null`,
    [from],
  );
  if (rows.length === 0) return [];
  const target = `database ${quoteIdentifier(to)}`;
  return [
    `revoke all on ${target} from public`,
    ...rows.map((row) => {
      const grantee = optionalTextOf(row, "grantee");
      const whom = grantee === undefined ? "public" : quoteIdentifier(grantee);
      const option = booleanOf(row, "grantable") ? " with grant option" : "";
      return `grant ${textOf(row, "privilege")} on ${target} to ${whom}${option}`;
    }),
  ];
}
