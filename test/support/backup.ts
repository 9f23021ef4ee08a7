/** Backups of test databases: the ports as the command line wires them, and what two databases have in common. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { nodeClock } from "../../src/adapters/node/clock.ts";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { postgresDatabase } from "../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../src/adapters/postgres/settings.ts";
import { brotli } from "../../src/adapters/store/brotli.ts";
import { folderStore } from "../../src/adapters/store/folder.ts";
import type { BackupKey } from "../../src/backup/cipher.ts";
import { fingerprint } from "../../src/catalog/fingerprint.ts";
import { backup, type BackupReport } from "../../src/deploy/backup.ts";
import { restore, type RestoreReport } from "../../src/deploy/restore.ts";
import type { BackupPorts } from "../../src/deploy/steps/backup/ports.ts";
import type { Database } from "../../src/ports/database.ts";
import type { TestDatabase } from "./database.ts";
import { temporaryFolder } from "./folders.ts";

export function backupPorts(path: string): BackupPorts {
  return {
    store: folderStore(path),
    compression: brotli,
    clock: nodeClock,
    progress: () => undefined,
    readCatalog,
  };
}

export function asDatabase(database: Pick<TestDatabase, "url">): Database {
  return postgresDatabase(resolveTarget({ url: database.url, environment: {} }));
}

export interface BackupSettings {
  readonly jobs?: number;
  readonly key?: BackupKey;
  readonly path?: string;
}

export async function takeBackup(
  database: TestDatabase,
  settings: BackupSettings = {},
): Promise<BackupReport> {
  const path = settings.path ?? join(await temporaryFolder("backup"), "backup");
  return await backup(backupPorts(path), {
    database: asDatabase(database),
    jobs: settings.jobs ?? 2,
    key: settings.key ?? { kind: "none" },
    toolVersion: "0.0.0-test",
  });
}

export async function restoreBackup(
  path: string,
  database: TestDatabase,
  settings: BackupSettings = {},
): Promise<RestoreReport> {
  return await restore(backupPorts(path), {
    database: asDatabase(database),
    jobs: settings.jobs ?? 2,
    key: settings.key ?? { kind: "none" },
  });
}

/** Everything that a restore has to bring back, as text that is equal exactly when it did. */
export async function contentOf(
  database: TestDatabase,
): Promise<Readonly<Record<string, unknown>>> {
  const session = await asDatabase(database).connect({
    settings: { search_path: "pg_catalog", extra_float_digits: "3" },
  });
  try {
    const catalog = await readCatalog(session, { defaultOwner: "" });
    const relations = await session.query(
      `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, c.relkind::text as kind
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'm', 'S') and not c.relispartition and c.relpersistence <> 't' and n.nspname !~ '^pg_'
        and n.nspname <> 'information_schema' and (c.relkind <> 'm' or c.relispopulated)
        and (n.nspname, c.relname) <> ('lockstep', 'leases') order by 1`,
    );
    const content: Record<string, unknown> = { schema: fingerprint(catalog, "strict") };
    for (const { name, kind } of relations) {
      const text =
        kind === "S" ? `select last_value, is_called from ${String(name)}` : rowsText(String(name));
      content[String(name)] = await session.query(text);
    }
    content["large objects"] = await session.query(
      `select m.oid, pg_get_userbyid(lomowner) as owner, md5(lo_get(m.oid)) as hash,
        (select array_agg(a::text order by a::text) from unnest(lomacl) a) as rights,
        obj_description(m.oid, 'pg_largeobject') as comment
      from pg_largeobject_metadata m order by oid`,
    );
    return content;
  } finally {
    await session.close();
  }
}

/** The text of every row, in an order of its own; hashed, since rows can be large. */
function rowsText(name: string): string {
  return `select count(*), md5(string_agg(md5(row_text), '' order by md5(row_text))) as hash
    from (select t::text as row_text from ${name} t) rows`;
}

export async function copyFolder(path: string): Promise<string> {
  const copy = join(await temporaryFolder("copy"), "backup");
  await cp(path, copy, { recursive: true });
  return copy;
}
