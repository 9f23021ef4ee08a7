/**
 * Takes a backup: one state of the database, read over several connections into a store. Nothing is changed in the
 * database; what cuts it off leaves nothing that could be taken for a backup.
 */
import { randomBytes } from "node:crypto";
import { newCipher, type BackupKey } from "../../../backup/cipher.ts";
import { sealManifest } from "../../../backup/envelope.ts";
import { leaveSecrets } from "../../../backup/leave-secrets.ts";
import {
  catalogName,
  filesOf,
  manifestName,
  schemaName,
  type Manifest,
} from "../../../backup/manifest.ts";
import { keyOf, selectTables, type TableName } from "../../../backup/selection.ts";
import { serializeCatalog } from "../../../backup/stored-catalog.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { fingerprint } from "../../../catalog/fingerprint.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import { sectionText } from "../../../plan/sections.ts";
import type { BackupWriter } from "../../../ports/backup-store.ts";
import type { Database, Session } from "../../../ports/database.ts";
import { readMasks, setMaskKey, type MaskRequest } from "../mask/masks.ts";
import { maskedUnits } from "../mask/read-masked.ts";
import { readFailure } from "./failure.ts";
import { lockTables, readTables, type TableUnit } from "./inventory.ts";
import { readLargeObjects, withoutHeld, writeLargeObjects } from "./large-objects.ts";
import { everyOwner, type BackupPorts } from "./ports.ts";
import { readRoles } from "./roles.ts";
import { writeRows } from "./rows.ts";
import { readSequences } from "./sequences.ts";
import { clientEncoding, copySession, withSession, withSessions } from "./sessions.ts";
import { adoptSnapshot, openSnapshot, type Snapshot } from "./snapshot.ts";
import { entryWriter, type EntryWriter } from "./writer.ts";

export interface TakeOptions {
  readonly database: Database;
  readonly jobs: number;
  readonly key: BackupKey;
  readonly toolVersion: string;
  /** The rows of these tables alone; undefined: all. The structure is always whole. */
  readonly only?: TableChoice | undefined;
  /** Values are replaced by the server that hands them out; undefined: none. */
  readonly mask?: MaskRequest | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type TableChoice =
  /** As people write them; one that is not there is refused. */
  | { readonly kind: "named"; readonly texts: readonly string[] }
  /** As the catalog has them; one that is gone meanwhile, or has no rows of its own, is left out. */
  | { readonly kind: "listed"; readonly tables: readonly TableName[] };

export interface BackupReport {
  readonly path: string;
  readonly id: string;
  readonly takenAt: string;
  readonly lsn: string;
  readonly fingerprint: string;
  /** The rows of some tables alone. */
  readonly partial: boolean;
  readonly tables: number;
  readonly rows: number;
  readonly largeObjects: number;
  /** Before and after compression. */
  readonly rawBytes: number;
  readonly bytes: number;
  readonly encrypted: boolean;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export async function takeBackup(ports: BackupPorts, options: TakeOptions): Promise<BackupReport> {
  const begin = ports.clock.monotonicMs();
  const writer = await ports.store.create();
  try {
    const { manifest, findings, bytes } = await writeBackup(ports, options, writer);
    return {
      path: ports.store.label,
      id: manifest.id,
      takenAt: manifest.takenAt,
      lsn: manifest.snapshot.lsn,
      fingerprint: manifest.fingerprint,
      partial: manifest.partial === true,
      tables: manifest.tables.length,
      rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
      largeObjects: manifest.largeObjects.objects.length,
      rawBytes: bytes.raw,
      bytes: bytes.stored,
      encrypted: options.key.kind !== "none",
      durationMs: Math.round(ports.clock.monotonicMs() - begin),
      findings,
    };
  } catch (error) {
    throw await abandon(writer, readFailure(error, options.database.label));
  }
}

/** What ended the backup is the error, also where the store can't even remove what it got. */
async function abandon(writer: BackupWriter, failure: unknown): Promise<unknown> {
  try {
    await writer.abandon();
    return failure;
  } catch (error) {
    if (!(failure instanceof LockstepError)) return failure;
    const why = error instanceof Error ? error.message : String(error);
    const note = `what was written is still there, and no command takes it for a backup: ${why}`;
    return failure.with({ notes: [...failure.notes, note] });
  }
}

interface Written {
  readonly manifest: Manifest;
  readonly findings: readonly Finding[];
  readonly bytes: { readonly raw: number; readonly stored: number };
}

async function writeBackup(
  ports: BackupPorts,
  options: TakeOptions,
  writer: BackupWriter,
): Promise<Written> {
  const { database, jobs, toolVersion } = options;
  const { compression } = ports;
  const cipher = await newCipher(options.key);
  const id = randomBytes(16).toString("hex");
  const files = { writer, compression, cipher, backupId: id };
  const entries = entryWriter({ ...files, concurrency: jobs + 1 });
  return await withSession(database, copySession("backup"), async (leader) => {
    const { snapshot, catalogs } = await readStructure(ports, {
      ...{ leader, database },
      isWhole: options.only === undefined,
    });
    const copying = copySession("backup", clientEncoding(snapshot.server.encoding));
    const content = await withSessions(database, { count: jobs, options: copying }, (sessions) =>
      writeContent(ports, { leader, sessions, snapshot, entries, catalogs, options }),
    );
    const { takenAt, server, lsn, xmax, origin } = snapshot;
    const manifest: Manifest = {
      ...{ id, takenAt, toolVersion, server, snapshot: { lsn, xmax, origin } },
      ...{ compression: compression.name, ...content },
    };
    const sealed = sealManifest(manifest, cipher);
    await writer.write(manifestName, sealed);
    await writer.finish();
    const stored = filesOf(manifest).reduce((sum, file) => sum + file.bytes, sealed.length);
    const findings =
      options.only === undefined ? withoutHeld(catalogs.findings) : catalogs.findings;
    return { manifest, findings, bytes: { raw: entries.rawBytes(), stored } };
  });
}

interface Structure {
  readonly snapshot: Snapshot;
  readonly catalogs: Catalogs;
}

interface StructureRequest {
  readonly leader: Session;
  readonly database: Database;
  readonly isWhole: boolean;
}

const attemptsMax = 3;

/** Something that is dropped between the snapshot and the lock can't be described any more; a later snapshot is calm. */
async function readStructure(
  ports: BackupPorts,
  { leader, database, isWhole }: StructureRequest,
): Promise<Structure> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const snapshot = await openSnapshot(leader);
      await lockTables(leader, { isWhole });
      const catalogs = await withSession(database, copySession("backup"), (reader) =>
        readCatalogs(ports, reader, snapshot),
      );
      return { snapshot, catalogs };
    } catch (error) {
      const isUnsettled = error instanceof LockstepError && error.code === "CATALOG.UNSETTLED";
      if (!isUnsettled || attempt === attemptsMax) throw error;
      await leader.script("rollback");
    }
  }
}

interface Catalogs {
  readonly catalog: Catalog;
  readonly fingerprint: string;
  readonly findings: readonly Finding[];
}

/** As `lockstep fingerprint` reads it, and as it is restored: with every owner's name. */
async function readCatalogs(
  ports: BackupPorts,
  reader: Session,
  snapshot: Snapshot,
): Promise<Catalogs> {
  ports.progress({ event: "backup.catalog", message: "reading the structure" });
  const usual = await ports.readCatalog(reader, {}, snapshot.name);
  const whole = leaveSecrets(await ports.readCatalog(reader, everyOwner, snapshot.name));
  return {
    catalog: whole.catalog,
    fingerprint: fingerprint(usual),
    findings: [...usual.findings, ...whole.findings],
  };
}

interface ContentRequest {
  readonly leader: Session;
  readonly sessions: readonly Session[];
  readonly snapshot: Snapshot;
  readonly entries: EntryWriter;
  readonly catalogs: Catalogs;
  readonly options: TakeOptions;
}

type Content = Omit<
  Manifest,
  "id" | "takenAt" | "toolVersion" | "server" | "snapshot" | "compression"
>;

async function writeContent(ports: BackupPorts, request: ContentRequest): Promise<Content> {
  const { leader, sessions, snapshot, entries, catalogs, options } = request;
  await Promise.all(sessions.map((session) => adoptSnapshot(session, snapshot)));
  const { catalog } = catalogs;
  const text = encode(sectionText(catalog));
  const schemaSql = await (await entries.put(text, schemaName)).entry;
  const facts = encode(serializeCatalog(catalog));
  const stored = await (await entries.put(facts, catalogName)).entry;
  const onPart = (done: number, of: number): void => {
    const message = `reading rows: ${done} of ${of} parts, ${megabytes(entries.rawBytes())} MB`;
    ports.progress({ event: "backup.rows", message, data: { done, of } });
  };
  const tables = await tablesToRead(request);
  const rows = { sessions, tables, entries, signal: options.signal, onPart };
  const tableEntries = await writeRows(rows);
  const objects = options.only === undefined ? await readLargeObjects(leader) : [];
  const largeObjects = await writeLargeObjects(leader, objects, entries);
  return {
    ...(options.only === undefined ? {} : { partial: true }),
    fingerprint: catalogs.fingerprint,
    restoredFingerprint: fingerprint(catalog, "strict"),
    roles: await readRoles(leader, catalog),
    ledgerVersion: snapshot.ledgerVersion,
    catalog: stored,
    schemaSql,
    tables: tableEntries,
    sequences: await readSequences(leader, { isWhole: options.only === undefined }),
    largeObjects,
  };
}

async function tablesToRead(request: ContentRequest): Promise<readonly TableUnit[]> {
  const { leader, sessions, options } = request;
  const chosen = chosenTables(await readTables(leader), options.only);
  const { mask } = options;
  if (mask === undefined) return chosen;
  await Promise.all(sessions.map((session) => setMaskKey(session, mask.key)));
  return maskedUnits(chosen, await readMasks(leader, mask.rules));
}

function chosenTables(
  tables: readonly TableUnit[],
  only: TableChoice | undefined,
): readonly TableUnit[] {
  if (only === undefined) return tables;
  const own = tables.filter(({ origin }) => origin !== "ledger");
  if (only.kind === "named") {
    return selectTables(own, only.texts, {
      code: "BACKUP.NO_TABLE",
      of: "database",
      above: ({ above }) => above,
    });
  }
  const listed = new Set(only.tables.map(keyOf));
  return own.filter((table) => listed.has(keyOf(table)));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
