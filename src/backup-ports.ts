/** The adapters of backup and restore, made of the parts that the command line and the library share. */
import { join, resolve } from "node:path";
import { compressionNamed } from "./adapters/store/compressions.ts";
import type { S3Settings } from "./adapters/store/s3.ts";
import { folderPlace, folderStore } from "./adapters/store/folder.ts";
import type { BackupKey } from "./backup/cipher.ts";
import type { Parts } from "./compose.ts";
import { LockstepError } from "./core/errors.ts";
import { secret } from "./core/secret.ts";
import { openBackup, type OpenBackup } from "./deploy/steps/restore/backup-file.ts";
import type { BackupPorts } from "./deploy/steps/backup/ports.ts";
import type { SafeguardPorts } from "./deploy/steps/safeguard/ports.ts";
import type { BackupPlace, BackupStore } from "./ports/backup-store.ts";
import type { Progress } from "./ports/progress.ts";

export interface BackupSurroundings {
  readonly parts: Parts;
  readonly workingFolder: string;
  /** A folder, relative to the working folder, or a store's URL. */
  readonly path: string;
  readonly progress: Progress;
}

export async function backupPortsOf(surroundings: BackupSurroundings): Promise<BackupPorts> {
  const { parts, workingFolder, path, progress } = surroundings;
  return { ...commonPorts(parts, progress), store: await storeAt(parts, path, workingFolder) };
}

export function commonPorts(parts: Parts, progress: Progress): Omit<BackupPorts, "store"> {
  return {
    compression: compressionNamed(),
    clock: parts.clock,
    progress,
    readCatalog: async (session, filter, snapshot) => {
      const { readCatalog } = await import("./adapters/postgres/catalog/read.ts");
      return await readCatalog(session, filter, { snapshot });
    },
  };
}

export async function safeguardPortsOf(parts: Parts, progress: Progress): Promise<SafeguardPorts> {
  return {
    ports: commonPorts(parts, progress),
    key: await backupKeyOf(parts),
    place: async (to) => {
      if (to !== undefined) return await placeAt(parts, to, parts.projectFolder);
      return await ownPlace(parts);
    },
  };
}

/** In the project, where no tool puts it under version control. */
async function ownPlace(parts: Parts): Promise<BackupPlace> {
  await parts.files.write(".lockstep/backups/.gitignore", "*\n");
  return folderPlace(join(parts.projectFolder, ownFolder));
}

const ownFolder = join(".lockstep", "backups");

/** A place for many backups: what is named, the config's, or the project's own. */
export async function backupPlaceOf(
  parts: Parts,
  { named, workingFolder }: { readonly named: string | undefined; readonly workingFolder: string },
): Promise<BackupPlace> {
  if (named !== undefined) return await placeAt(parts, named, workingFolder);
  const { to } = (await parts.config()).backup;
  return await placeAt(parts, to ?? ownFolder, parts.projectFolder);
}

async function placeAt(parts: Parts, place: string, relativeTo: string): Promise<BackupPlace> {
  if (!isUrl(place)) return folderPlace(resolve(relativeTo, place));
  const { s3Place } = await import("./adapters/store/s3.ts");
  return s3Place(await s3SettingsOf(parts, place));
}

/** One backup: a folder, relative to a folder, or the URL of one in a store. */
export async function storeAt(
  parts: Parts,
  path: string,
  relativeTo: string,
): Promise<BackupStore> {
  if (!isUrl(path)) return folderStore(resolve(relativeTo, path));
  const { s3Store } = await import("./adapters/store/s3.ts");
  return s3Store(await s3SettingsOf(parts, path));
}

function isUrl(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place);
}

async function s3SettingsOf(parts: Parts, url: string): Promise<S3Settings> {
  const scheme = url.slice(0, url.indexOf(":"));
  if (scheme !== "s3") {
    throw new LockstepError("BACKUP.STORE_UNKNOWN", `there is no store for ${scheme}:// URLs`);
  }
  const [{ parseS3Url }, { importClient }] = await Promise.all([
    import("./adapters/store/s3.ts"),
    import("./adapters/store/s3-client.ts"),
  ]);
  const environment = await parts.environment();
  const load = (): ReturnType<typeof importClient> => importClient(parts.projectFolder);
  return { ...parseS3Url(url), environment, load };
}

/** A backup to read from, with the key of the environment. */
export async function openStoredBackup(surroundings: BackupSurroundings): Promise<OpenBackup> {
  const { store, compression } = await backupPortsOf(surroundings);
  return await openBackup({ store, compression, key: await backupKeyOf(surroundings.parts) });
}

/** What LOCKSTEP_BACKUP_KEY or LOCKSTEP_BACKUP_PASSPHRASE say. */
export async function backupKeyOf(parts: Parts): Promise<BackupKey> {
  const environment = await parts.environment();
  const key = environment["LOCKSTEP_BACKUP_KEY"] ?? "";
  const passphrase = environment["LOCKSTEP_BACKUP_PASSPHRASE"] ?? "";
  if (key !== "" && passphrase !== "") {
    throw new LockstepError(
      "BACKUP.KEY_INVALID",
      "both LOCKSTEP_BACKUP_KEY and LOCKSTEP_BACKUP_PASSPHRASE are set",
      { next: "Leave one of the two out." },
    );
  }
  if (key !== "") return { kind: "key", key: secret(key) };
  if (passphrase !== "") return { kind: "passphrase", passphrase: secret(passphrase) };
  return { kind: "none" };
}
