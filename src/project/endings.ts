/**
 * What a file in the migrations folder is, told from the end of its path: the table that comes before the table of
 * versions. A row says which role the file has; whether the rest of the name is a version is version.ts's business.
 */

export type FileRole = "up" | "down" | "companion";
export type FileKind = "sql" | "data" | "external";

export interface Ending {
  readonly id: string;
  /** Named group `stem`: what is left once the ending is off. */
  readonly pattern: RegExp;
  readonly role: FileRole;
  readonly kind: FileKind;
  /** For the reference page. */
  readonly example: string;
  /**
   * `partner`: only when the up file that it belongs to is there; `convention`: only where other files of the folder
   * are written with a dot. Without this, `005_catch_up.sql` would lose half its name.
   */
  readonly only?: "partner" | "convention";
}

const folder = "(?<stem>[^/]+)";
const anywhere = "(?<stem>.+)";
const program = "(?:go|py|java|kt|rb|php|cs|rs|sh|pl|ex|exs|scala|clj)";
const module = "(?:ts|mts|cts|js|mjs|cjs)";

/** The first that matches wins. */
export const endings: readonly Ending[] = [
  row(
    "folder",
    "up",
    "sql",
    `^${folder}/migration\\.sql$`,
    "20261120093000_add_phone/migration.sql",
  ),
  row("folder-pair", "up", "sql", `^${folder}/up\\.sql$`, "2025-11-20-093000_add_phone/up.sql"),
  row(
    "folder-down",
    "down",
    "sql",
    `^${folder}/(?:down|rollback)\\.sql$`,
    "20261120093000_add_phone/down.sql",
  ),
  row(
    "folder-settings",
    "companion",
    "sql",
    `^${folder}/metadata\\.toml$`,
    "2025-11-20-093000_add_phone/metadata.toml",
  ),
  row("number-do", "up", "sql", "^(?<stem>\\d+)\\.do\\.(?<rest>.+)\\.sql$", "004.do.add_phone.sql"),
  row(
    "number-undo",
    "down",
    "sql",
    "^(?<stem>\\d+)\\.undo\\.(?<rest>.+)\\.sql$",
    "004.undo.add_phone.sql",
  ),
  row(
    "flyway-undo",
    "down",
    "sql",
    "^U(?<stem>\\d+(?:[._]\\d+)*)__(?<rest>.+)\\.sql$",
    "U4__add_phone.sql",
  ),
  row("pair", "up", "sql", `^${anywhere}\\.(?:up|do)\\.sql$`, "004_add_phone.up.sql"),
  row(
    "pair-down",
    "down",
    "sql",
    `^${anywhere}\\.(?:down|undo|rollback)\\.sql$`,
    "004_add_phone.down.sql",
  ),
  {
    ...row("pair-underscore", "up", "sql", `^${anywhere}_up\\.sql$`, "004_add_phone_up.sql"),
    only: "convention",
  },
  {
    ...row(
      "pair-underscore-down",
      "down",
      "sql",
      `^${anywhere}_down\\.sql$`,
      "004_add_phone_down.sql",
    ),
    only: "partner",
  },
  {
    ...row("rollback", "down", "sql", `^${anywhere}[_-]rollback\\.sql$`, "004_rollback.sql"),
    only: "partner",
  },
  row("plain", "up", "sql", `^${anywhere}\\.sql$`, "004_add_phone.sql"),
  row(
    "marker",
    "up",
    "external",
    `^${anywhere}\\.external\\.md$`,
    "005_reindex_search.external.md",
  ),
  row(
    "data",
    "up",
    "data",
    `^${anywhere}(?<!\\.d|\\.test|\\.spec)\\.${module}$`,
    "004_backfill.ts",
  ),
  row("program-down", "down", "external", `^${anywhere}\\.down\\.${program}$`, "004_fill.down.go"),
  row(
    "program",
    "up",
    "external",
    `^${anywhere}?(?<!_test)(?:\\.up)?\\.${program}$`,
    "004_fill.go",
  ),
];

/** Files that every repository keeps in such folders; nobody needs to hear of them. */
export const knownCompanions: readonly RegExp[] = [
  /(?:^|\/)\.[^/]*$/,
  /(?:^|\/)(?:README|LICENSE|CHANGELOG|NOTICE|CONTRIBUTING)(?:\.[a-z]+)?$/i,
  /(?:^|\/)lockstep\.lock$/,
  /(?:^|\/)(?:migration_lock\.toml|atlas\.sum|manifest\.json)$/,
  /(?:^|\/)meta\/(?:_journal|\d+_snapshot)\.json$/,
  /^[^/]+\/snapshot\.json$/,
  /\.(?:d\.[cm]?ts|[cm]?js\.map)$/,
];

/** Other databases' files beside ours, by the word before `.sql`. */
export const otherDatabases: RegExp =
  /[._](?:mysql|mariadb|sqlite|sqlite3|mssql|sqlserver|oracle|cockroach|cockroachdb|clickhouse)(?:\.(?:up|down))?\.sql$/;

function row(id: string, role: FileRole, kind: FileKind, pattern: string, example: string): Ending {
  return { id, role, kind, pattern: new RegExp(pattern), example };
}
