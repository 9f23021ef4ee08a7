/**
 * A database as one SQL file that psql alone restores: structure, rows as COPY in text, large objects, sequences, and
 * what needs rows. One snapshot, one connection for the rows, one piece after the other: memory does not grow.
 */
import { leaveSecrets } from "../../../backup/leave-secrets.ts";
import { fingerprint } from "../../../catalog/fingerprint.ts";
import type { Finding } from "../../../core/findings.ts";
import { ledgerSteps } from "../../../ledger/schema.ts";
import { numberOf, textOf } from "../../../ledger/row.ts";
import { sectionNames, sectionSteps } from "../../../plan/sections.ts";
import type { Database, Session } from "../../../ports/database.ts";
import type { TextFile } from "../../../ports/text-file.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { rowReader } from "../../../backup/rows.ts";
import { inLedgerOrder } from "../restore/ledger.ts";
import { largeObjectStatements } from "../restore/large-objects.ts";
import { setCall } from "../restore/sequences.ts";
import { readFailure } from "./failure.ts";
import { lockTables, readTables, type TableUnit } from "./inventory.ts";
import { readLargeObjects, withoutHeld } from "./large-objects.ts";
import { everyOwner, type BackupPorts } from "./ports.ts";
import { copySource } from "./rows.ts";
import { readSequences } from "./sequences.ts";
import { clientEncoding, copySession, withSession } from "./sessions.ts";
import { adoptSnapshot, openSnapshot, type Snapshot } from "./snapshot.ts";

export interface SqlBackupOptions {
  readonly database: Database;
  readonly toolVersion: string;
  readonly signal?: AbortSignal | undefined;
}

export interface SqlBackupReport {
  readonly path: string;
  readonly format: "sql";
  readonly takenAt: string;
  readonly lsn: string;
  readonly fingerprint: string;
  readonly tables: number;
  readonly rows: number;
  readonly largeObjects: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export type SqlBackupPorts = Omit<BackupPorts, "store" | "compression">;

export async function takeSqlBackup(
  ports: SqlBackupPorts,
  file: TextFile,
  options: SqlBackupOptions,
): Promise<SqlBackupReport> {
  const begin = ports.clock.monotonicMs();
  const { database } = options;
  try {
    const found = await withSession(database, copySession("backup"), async (leader) => {
      const snapshot = await openSnapshot(leader);
      await lockTables(leader, { isWhole: true });
      return await write(ports, file, { leader, snapshot, options });
    });
    const bytes = await file.finish();
    const durationMs = Math.round(ports.clock.monotonicMs() - begin);
    return { path: file.label, format: "sql", ...found, bytes, durationMs };
  } catch (error) {
    await file.abandon();
    throw readFailure(error, database.label);
  }
}

interface Job {
  readonly leader: Session;
  readonly snapshot: Snapshot;
  readonly options: SqlBackupOptions;
}

async function write(
  ports: SqlBackupPorts,
  file: TextFile,
  { leader, snapshot, options }: Job,
): Promise<Omit<SqlBackupReport, "path" | "format" | "bytes" | "durationMs">> {
  const { database, signal } = options;
  const [usual, whole] = await withSession(database, copySession("backup"), async (reader) => [
    await ports.readCatalog(reader, {}, snapshot.name),
    await ports.readCatalog(reader, everyOwner, snapshot.name),
  ]);
  const { catalog, findings } = leaveSecrets(whole);
  const steps = sectionSteps(catalog);
  const [before, ...later] = sectionNames.map((section) =>
    steps.filter((step) => step.section === section).flatMap(({ statements }) => statements),
  );
  await file.write(headOf(snapshot, options.toolVersion));
  await file.write(texts(before ?? []));
  const encoding = clientEncoding(snapshot.server.encoding);
  const tables = inLedgerOrder(await readTables(leader));
  await file.write(texts(ledgerStatements(snapshot)));
  const copying = copySession("backup", encoding);
  let rows = 0;
  await withSession(database, copying, async (session) => {
    await adoptSnapshot(session, snapshot);
    for (const [done, table] of tables.entries()) {
      signal?.throwIfAborted();
      rows += await writeTable(session, file, table);
      const message = `reading rows: ${done + 1} of ${tables.length} tables`;
      ports.progress({
        event: "backup.rows",
        message,
        data: { done: done + 1, of: tables.length },
      });
    }
  });
  const objects = await readLargeObjects(leader);
  await file.write(texts(objects.flatMap(largeObjectStatements)));
  if (objects.length > 0) await writePages(leader, file);
  const sequences = await readSequences(leader, { isWhole: true });
  await file.write(texts(sequences.map((sequence) => `select ${setCall(sequence)}`)));
  for (const statements of later) await file.write(texts(statements));
  const { takenAt, lsn } = snapshot;
  return {
    ...{ takenAt, lsn, fingerprint: fingerprint(usual), tables: tables.length, rows },
    largeObjects: objects.length,
    findings: withoutHeld([...usual.findings, ...findings]),
  };
}

/** Without ON_ERROR_STOP psql would go on after a COPY that failed, and take its rows for commands. */
function headOf({ takenAt, server }: Snapshot, toolVersion: string): string {
  const encoding = clientEncoding(server.encoding);
  return `-- PostgreSQL ${server.major}, as of ${takenAt}, written by lockstep ${toolVersion}.
-- Restore it into an empty database: psql --no-psqlrc --file FILE URL
\\set ON_ERROR_STOP on
SET client_encoding = '${encoding}';
SET standard_conforming_strings = on;
SET check_function_bodies = off;
SET search_path = pg_catalog;
SET row_security = off;
SET xmloption = content;
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';
SET lc_monetary = 'C';
SET default_tablespace = '';
SET statement_timeout = 0;
SET lock_timeout = 0;

`;
}

function texts(statements: readonly string[]): string {
  return (
    statements.map((statement) => `${statement};\n`).join("\n") +
    (statements.length > 0 ? "\n" : "")
  );
}

function ledgerStatements({ ledgerVersion }: Snapshot): readonly string[] {
  if (ledgerVersion === null) return [];
  return ledgerSteps
    .filter(({ version }) => version <= ledgerVersion)
    .flatMap((step) => [...(step.schemaStatements ?? []), ...step.statements]);
}

async function writeTable(session: Session, file: TextFile, table: TableUnit): Promise<number> {
  const { schema, name, columns } = table;
  const label = quoteQualifiedName(schema, name);
  const list = columns.map((column) => quoteIdentifier(column)).join(", ");
  const reader = rowReader("text");
  let rows = 0;
  let isBegun = false;
  try {
    await session.script(`lock table only ${label} in access share mode nowait`);
    for await (const piece of session.copyOut(`copy ${copySource(table, undefined)} to stdout`)) {
      if (!isBegun)
        await file.write(`COPY ${label}${list === "" ? "" : ` (${list})`} FROM stdin;\n`);
      isBegun = true;
      rows += reader.take(piece).rows;
      await file.write(piece);
    }
  } catch (error) {
    throw readFailure(error, `the table ${label}`);
  }
  if (isBegun) await file.write("\\.\n\n");
  return rows;
}

/** One statement for each page: none is longer than a few kilobytes. */
async function writePages(session: Session, file: TextFile): Promise<void> {
  const [row = {}] = await session.query(
    "select pg_catalog.current_setting('block_size')::int4 / 4 as page_bytes",
  );
  const pageBytes = numberOf(row, "page_bytes");
  await session.script(`declare lockstep_pages no scroll cursor for
    select loid::int8 as loid, pageno, pg_catalog.encode(data, 'hex') as data
    from pg_catalog.pg_largeobject order by loid, pageno`);
  for (;;) {
    const pages = await session.query("fetch 1000 from lockstep_pages");
    if (pages.length === 0) break;
    const statements = pages.map((page) => {
      const data = `pg_catalog.decode(${quoteLiteral(textOf(page, "data"))}, 'hex')`;
      return `select pg_catalog.lo_put(${numberOf(page, "loid")}, ${numberOf(page, "pageno") * pageBytes}, ${data})`;
    });
    await file.write(texts(statements));
  }
  await session.script("close lockstep_pages");
}
