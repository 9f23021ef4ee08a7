/**
 * The tools whose history lockstep reads, one row each: where they keep it, how it is told from others', which rows
 * count as applied, and what a row is compared with. Tables of other names than these are not looked for.
 */
import { crc32OfLines, md5Forms, sha256Forms, sha384 } from "./hashes.ts";
import {
  byNumber,
  entryOf,
  isTrue,
  number,
  setOf,
  text,
  type History,
  type HistoryRow,
  type HistoryTool,
} from "./tool.ts";

export const historyTools: readonly HistoryTool[] = [
  {
    name: "prisma",
    title: "Prisma Migrate",
    tables: [{ table: "_prisma_migrations" }],
    columns: ["checksum", "finished_at", "migration_name", "rolled_back_at", "started_at"],
    by: "name",
    hashes: sha256Forms,
    read: prisma,
  },
  {
    name: "flyway",
    title: "Flyway",
    tables: [{ table: "flyway_schema_history" }, { table: "schema_version" }],
    columns: ["installed_rank", "version", "script", "checksum", "type", "success"],
    by: "version",
    hashes: crc32OfLines,
    read: flyway,
  },
  {
    name: "liquibase",
    title: "Liquibase",
    tables: [{ table: "databasechangelog" }],
    columns: ["id", "author", "filename", "orderexecuted", "exectype", "md5sum"],
    lock: { table: "databasechangeloglock", column: "locked" },
    by: "name",
    read: liquibase,
  },
  {
    name: "golang-migrate",
    title: "golang-migrate",
    tables: [{ table: "schema_migrations" }],
    columns: ["version", "dirty"],
    by: "version",
    read: golangMigrate,
  },
  {
    name: "goose",
    title: "goose",
    tables: [{ table: "goose_db_version" }],
    columns: ["id", "version_id", "is_applied", "tstamp"],
    companions: ["goose_lock"],
    by: "version",
    read: goose,
  },
  {
    name: "rails",
    title: "Rails",
    tables: [{ table: "schema_migrations" }],
    columns: ["version"],
    beside: "ar_internal_metadata",
    by: "version",
    read: setOf("version"),
  },
  {
    name: "supabase",
    title: "the Supabase CLI",
    tables: [{ schema: "supabase_migrations", table: "schema_migrations" }],
    columns: ["version", "statements"],
    by: "version",
    read: setOf("version"),
  },
  {
    name: "ecto",
    title: "Ecto",
    tables: [{ table: "schema_migrations" }],
    columns: ["version", "inserted_at"],
    by: "version",
    read: setOf("version", "inserted_at"),
  },
  {
    name: "dbmate",
    title: "dbmate",
    tables: [{ table: "schema_migrations" }],
    columns: ["version"],
    by: "version",
    read: setOf("version"),
  },
  {
    name: "sqlx",
    title: "sqlx",
    tables: [{ table: "_sqlx_migrations" }],
    columns: ["version", "description", "success", "checksum"],
    by: "version",
    hashes: sha384,
    read: sqlx,
  },
  {
    name: "diesel",
    title: "diesel",
    tables: [{ table: "__diesel_schema_migrations" }],
    columns: ["version", "run_on"],
    by: "version",
    read: setOf("version", "run_on"),
  },
  {
    name: "drizzle",
    title: "Drizzle",
    tables: [{ schema: "drizzle", table: "__drizzle_migrations" }],
    columns: ["hash", "created_at"],
    by: "hash",
    hashes: sha256Forms,
    read: (rows) => ({
      entries: rows.map((row) => ({
        key: text(row, "name") || text(row, "hash"),
        hash: text(row, "hash"),
      })),
    }),
  },
  {
    name: "node-pg-migrate",
    title: "node-pg-migrate",
    tables: [{ table: "pgmigrations" }],
    columns: ["id", "name", "run_on"],
    by: "name",
    read: setOf("name", "run_on"),
  },
  {
    name: "graphile-migrate",
    title: "graphile-migrate",
    tables: [{ schema: "graphile_migrate", table: "migrations" }],
    columns: ["hash", "previous_hash", "filename"],
    by: "version",
    read: (rows) => ({ entries: rows.map((row) => ({ key: stemOf(text(row, "filename")) })) }),
  },
  {
    name: "knex",
    title: "Knex",
    tables: [{ table: "knex_migrations" }],
    columns: ["id", "name", "batch", "migration_time"],
    lock: { table: "knex_migrations_lock", column: "is_locked" },
    by: "name",
    read: setOf("name", "migration_time"),
  },
  {
    name: "sequelize",
    title: "Sequelize or Umzug",
    tables: [{ table: "SequelizeMeta" }],
    columns: ["name"],
    by: "name",
    read: setOf("name"),
  },
  {
    name: "typeorm",
    title: "TypeORM",
    tables: [{ table: "migrations" }],
    columns: ["id", "timestamp", "name"],
    by: "version",
    read: setOf("timestamp"),
  },
  {
    name: "laravel",
    title: "Laravel",
    tables: [{ table: "migrations" }],
    columns: ["id", "migration", "batch"],
    by: "name",
    read: setOf("migration"),
  },
  {
    name: "kysely",
    title: "Kysely",
    tables: [{ table: "kysely_migration" }],
    columns: ["name", "timestamp"],
    companions: ["kysely_migration_lock"],
    by: "name",
    read: setOf("name", "timestamp"),
  },
  {
    name: "mikro-orm",
    title: "MikroORM",
    tables: [{ table: "mikro_orm_migrations" }],
    columns: ["id", "name", "executed_at"],
    by: "name",
    read: setOf("name", "executed_at"),
  },
  {
    name: "postgrator",
    title: "Postgrator",
    tables: [{ table: "schemaversion" }],
    columns: ["version", "name", "md5"],
    by: "version",
    hashes: md5Forms,
    read: postgrator,
  },
  {
    name: "alembic",
    title: "Alembic",
    tables: [{ table: "alembic_version" }],
    columns: ["version_num"],
    by: "name",
    read: (rows) => ({ entries: [], heads: rows.map((row) => text(row, "version_num")) }),
  },
  {
    name: "django",
    title: "Django",
    tables: [{ table: "django_migrations" }],
    columns: ["id", "app", "name", "applied"],
    by: "name",
    read: setOf("name", "applied"),
  },
  {
    name: "efcore",
    title: "Entity Framework Core",
    tables: [{ table: "__EFMigrationsHistory" }],
    columns: ["MigrationId", "ProductVersion"],
    by: "name",
    read: setOf("MigrationId"),
  },
  {
    name: "atlas",
    title: "Atlas",
    tables: [{ table: "atlas_schema_revisions" }],
    columns: ["version", "applied", "total", "error", "hash"],
    by: "version",
    read: atlas,
  },
  {
    name: "sqitch",
    title: "Sqitch",
    tables: [{ schema: "sqitch", table: "changes" }],
    columns: ["change_id", "change", "project", "committed_at"],
    by: "name",
    read: (rows) => setOf("change", "committed_at")(rows.toSorted(byText("committed_at"))),
  },
  {
    name: "refinery",
    title: "refinery",
    tables: [{ table: "refinery_schema_history" }],
    columns: ["version", "name", "applied_on", "checksum"],
    by: "version",
    read: setOf("version", "applied_on"),
  },
  {
    name: "tern",
    title: "tern",
    tables: [{ table: "schema_version" }],
    columns: ["version"],
    by: "version",
    read: (rows) => ({ entries: [], upTo: positive(rows[0], "version") }),
  },
];

/** Tables whose names no application would give its own. */
export function toolWithTable(name: string): HistoryTool | undefined {
  return historyTools.find(({ tables, companions = [] }) =>
    [...tables.map(({ table }) => table), ...companions].includes(name),
  );
}

/** A name may have several rows: failed, rolled back, applied. */
function prisma(rows: readonly HistoryRow[]): History {
  const ordered = rows.toSorted(byText("started_at"));
  const done = ordered.filter(
    (row) => text(row, "finished_at") !== "" && text(row, "rolled_back_at") === "",
  );
  const names = new Set(done.map((row) => text(row, "migration_name")));
  const failed = ordered.find(
    (row) =>
      text(row, "finished_at") === "" &&
      text(row, "rolled_back_at") === "" &&
      !names.has(text(row, "migration_name")),
  );
  const entries = done.map((row) => ({
    ...entryOf(row, "migration_name", "finished_at"),
    // Old versions left out leading zeros.
    hash: text(row, "checksum").padStart(64, "0"),
  }));
  return { entries, dirty: failed && text(failed, "migration_name") };
}

function flyway(rows: readonly HistoryRow[]): History {
  const applied = new Map<string, { key: string; hash: string | undefined; appliedAt: string }>();
  let upTo: string | undefined;
  let repeatable = 0;
  for (const row of rows.toSorted(byNumber("installed_rank"))) {
    const [type, version] = [text(row, "type"), text(row, "version")];
    if (!isTrue(row, "success")) return { entries: [], dirty: text(row, "script") };
    if (type === "SCHEMA") continue;
    if (version === "") repeatable += 1;
    else if (type.includes("BASELINE")) upTo = version;
    else if (type.startsWith("UNDO") || type === "DELETE") applied.delete(version);
    else {
      const checksum = text(row, "checksum");
      const hash = checksum === "" ? undefined : checksum;
      applied.set(version, { key: version, hash, appliedAt: text(row, "installed_on") });
    }
  }
  const notes = repeatable === 0 ? [] : [`${repeatable} repeatable files (R__) are not taken over`];
  return { entries: [...applied.values()], upTo, notes };
}

function liquibase(rows: readonly HistoryRow[]): History {
  const ordered = rows.toSorted(byNumber("orderexecuted"));
  const failed = ordered.find((row) => text(row, "exectype") === "FAILED");
  const files = new Map<string, string>();
  for (const row of ordered) {
    const isDone = ["EXECUTED", "RERAN", "MARK_RAN"].includes(text(row, "exectype"));
    if (isDone)
      files.set(text(row, "filename").replace(/^classpath:/, ""), text(row, "dateexecuted"));
  }
  const entries = [...files].map(([key, appliedAt]) => ({ key, appliedAt }));
  const dirty = failed && `${text(failed, "filename")}::${text(failed, "id")}`;
  const notes = ["a file of several changesets counts as applied when one of them is"];
  return { entries, dirty, notes: rows.length > files.size ? notes : [] };
}

/** One row at most: the version that is current. */
function golangMigrate(rows: readonly HistoryRow[]): History {
  const [row] = rows;
  if (row === undefined) return { entries: [] };
  const dirty = isTrue(row, "dirty") ? text(row, "version") : undefined;
  return { entries: [], upTo: text(row, "version"), dirty };
}

/** Older versions add a row for each way, newer ones delete: the last row of a version counts. */
function goose(rows: readonly HistoryRow[]): History {
  const last = new Map<string, HistoryRow>();
  for (const row of rows.toSorted(byNumber("id"))) {
    if (number(row, "version_id") !== 0) last.set(text(row, "version_id"), row);
  }
  const applied = [...last.values()].filter((row) => isTrue(row, "is_applied"));
  return { entries: applied.map((row) => entryOf(row, "version_id", "tstamp")) };
}

function sqlx(rows: readonly HistoryRow[]): History {
  const failed = rows.find((row) => !isTrue(row, "success"));
  const entries = rows.map((row) => ({
    ...entryOf(row, "version", "installed_on"),
    hash: text(row, "checksum").replace(/^\\x/, ""),
  }));
  return { entries, dirty: failed && text(failed, "version") };
}

function postgrator(rows: readonly HistoryRow[]): History {
  const entries = rows
    .filter((row) => number(row, "version") !== 0)
    .map((row) => {
      const md5 = text(row, "md5");
      const hash = /^[0-9a-f]{32}$/.test(md5) ? md5 : undefined;
      return { ...entryOf(row, "version", "run_at"), hash };
    });
  return { entries };
}

/** Type is a sum: 1 baseline, 2 executed, 4 resolved by hand. */
function atlas(rows: readonly HistoryRow[]): History {
  const own = rows.filter((row) => !text(row, "version").startsWith("."));
  const failed = own.find(
    (row) => text(row, "error") !== "" || number(row, "applied") < number(row, "total"),
  );
  const baseline = own.find((row) => (number(row, "type") & 1) === 1);
  const entries = own.map((row) => entryOf(row, "version", "executed_at"));
  return {
    entries:
      baseline === undefined
        ? entries
        : entries.filter(({ key }) => key !== text(baseline, "version")),
    upTo: baseline && text(baseline, "version"),
    dirty: failed && text(failed, "version"),
  };
}

function positive(row: HistoryRow | undefined, column: string): string | undefined {
  return row === undefined || number(row, column) <= 0 ? undefined : text(row, column);
}

function stemOf(file: string): string {
  return file.replace(/\.sql$/, "");
}

function byText(column: string): (left: HistoryRow, right: HistoryRow) => number {
  return (left, right) => (text(left, column) < text(right, column) ? -1 : 1);
}
