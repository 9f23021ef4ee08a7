/** Backups of test databases: the ports as the command line wires them. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { nodeClock } from "../../src/adapters/node/clock.ts";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { postgresDatabase } from "../../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../../src/adapters/postgres/settings.ts";
import { compressionNamed } from "../../src/adapters/store/compressions.ts";
import { folderStore } from "../../src/adapters/store/folder.ts";
import type { BackupKey } from "../../src/backup/cipher.ts";
import { backup, type BackupReport } from "../../src/deploy/backup.ts";
import { restore, type RestoreReport } from "../../src/deploy/restore.ts";
import type { BackupPorts } from "../../src/deploy/steps/backup/ports.ts";
import type { Compression } from "../../src/ports/compression.ts";
import type { Database } from "../../src/ports/database.ts";
import type { TestDatabase } from "./database.ts";
import { temporaryFolder } from "./folders.ts";

export { contentOf } from "./content.ts";

export function backupPorts(path: string): BackupPorts {
  return {
    store: folderStore(path),
    compression: compressionNamed(),
    clock: nodeClock,
    progress: () => undefined,
    readCatalog: (session, filter, snapshot) => readCatalog(session, filter, { snapshot }),
  };
}

export function asDatabase(database: Pick<TestDatabase, "url">): Database {
  return postgresDatabase(resolveTarget({ url: database.url, environment: {} }));
}

export interface BackupSettings {
  readonly jobs?: number;
  readonly key?: BackupKey;
  readonly path?: string;
  readonly compression?: Compression;
}

export async function takeBackup(
  database: TestDatabase,
  settings: BackupSettings = {},
): Promise<BackupReport> {
  const path = settings.path ?? join(await temporaryFolder("backup"), "backup");
  const { compression = compressionNamed() } = settings;
  return await backup(
    { ...backupPorts(path), compression },
    {
      database: asDatabase(database),
      jobs: settings.jobs ?? 2,
      key: settings.key ?? { kind: "none" },
      toolVersion: "0.0.0-test",
    },
  );
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

export async function copyFolder(path: string): Promise<string> {
  const copy = join(await temporaryFolder("copy"), "backup");
  await cp(path, copy, { recursive: true });
  return copy;
}
