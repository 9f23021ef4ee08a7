/**
 * Whether the old database is already what the project makes: the same structure, from the same files. A rebuild would
 * copy it for nothing then, as the one would that is run again after the first had come to its end.
 */
import { fingerprint } from "../../../catalog/fingerprint.ts";
import { textOf } from "../../../ledger/row.ts";
import type { Database, Session } from "../../../ports/database.ts";
import { everyOwner } from "../backup/ports.ts";
import { copySession, withSession } from "../backup/sessions.ts";
import type { RebuildPorts } from "./ports.ts";

export async function isAsDeployed(
  ports: RebuildPorts,
  old: Database,
  model: Database,
): Promise<boolean> {
  const [left, right] = [await stateOf(ports, old), await stateOf(ports, model)];
  return left !== undefined && left === right;
}

/** Undefined: no deploy has told what the database was made of. */
async function stateOf(ports: RebuildPorts, database: Database): Promise<string | undefined> {
  return await withSession(database, copySession("rebuild"), async (session) => {
    const files = await deployedFiles(session);
    if (files === undefined) return undefined;
    return `${fingerprint(await ports.readCatalog(session, everyOwner), "strict")} ${files}`;
  });
}

async function deployedFiles(session: Session): Promise<string | undefined> {
  const [there = {}] = await session.query(
    "select pg_catalog.to_regclass('lockstep.migrations') is not null as found",
  );
  if (there["found"] !== true) return undefined;
  const [row = {}] = await session.query(
    `select coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(scope, id, state, bytes_hash)
      order by scope, id), '[]')::text as files from lockstep.migrations`,
  );
  return textOf(row, "files");
}
