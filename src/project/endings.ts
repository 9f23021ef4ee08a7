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
  row("folder", "up sql", {
    pattern: `^${folder}/migration\\.sql$`,
    example: "20261120093000_add_phone/migration.sql",
  }),
  row("folder-pair", "up sql", {
    pattern: `^${folder}/up\\.sql$`,
    example: "2025-11-20-093000_add_phone/up.sql",
  }),
  row("folder-data", "up data", {
    pattern: `^${folder}/migration\\.${module}$`,
    example: "20261120093000_fill/migration.ts",
  }),
  row("folder-down", "down sql", {
    pattern: `^${folder}/(?:down|rollback)\\.sql$`,
    example: "20261120093000_add_phone/down.sql",
  }),
  row("folder-settings", "companion sql", {
    pattern: `^${folder}/metadata\\.toml$`,
    example: "2025-11-20-093000_add_phone/metadata.toml",
  }),
  row("number-do", "up sql", {
    pattern: "^(?<stem>\\d+)\\.do\\.(?<rest>.+)\\.sql$",
    example: "004.do.add_phone.sql",
  }),
  row("number-undo", "down sql", {
    pattern: "^(?<stem>\\d+)\\.undo\\.(?<rest>.+)\\.sql$",
    example: "004.undo.add_phone.sql",
  }),
  row("flyway-undo", "down sql", {
    pattern: "^U(?<stem>\\d+(?:[._]\\d+)*)__(?<rest>.+)\\.sql$",
    example: "U4__add_phone.sql",
  }),
  row("pair", "up sql", {
    pattern: `^${anywhere}\\.(?:up|do)\\.sql$`,
    example: "004_add_phone.up.sql",
  }),
  row("pair-down", "down sql", {
    pattern: `^${anywhere}\\.(?:down|undo|rollback)\\.sql$`,
    example: "004_add_phone.down.sql",
  }),
  row("pair-underscore", "up sql", {
    pattern: `^${anywhere}_up\\.sql$`,
    example: "004_add_phone_up.sql",
    only: "convention",
  }),
  row("pair-underscore-down", "down sql", {
    pattern: `^${anywhere}_down\\.sql$`,
    example: "004_add_phone_down.sql",
    only: "partner",
  }),
  row("rollback", "down sql", {
    pattern: `^${anywhere}[_-]rollback\\.sql$`,
    example: "004_rollback.sql",
    only: "partner",
  }),
  row("plain", "up sql", { pattern: `^${anywhere}\\.sql$`, example: "004_add_phone.sql" }),
  row("marker", "up external", {
    pattern: `^${anywhere}\\.external\\.md$`,
    example: "005_reindex_search.external.md",
  }),
  row("data", "up data", {
    pattern: `^${anywhere}(?<!\\.d|\\.test|\\.spec)\\.${module}$`,
    example: "004_backfill.ts",
  }),
  row("program-down", "down external", {
    pattern: `^${anywhere}\\.down\\.${program}$`,
    example: "004_fill.down.go",
  }),
  row("program", "up external", {
    pattern: `^(?<stem>.+?)(?:\\.up)?(?<!_test)\\.${program}$`,
    example: "004_fill.go",
  }),
];

/** Files that every repository keeps in such folders; nobody needs to hear of them. */
export const knownCompanions: readonly RegExp[] = [
  /(?:^|\/)\.[^/]*$/,
  /(?:^|\/)(?:README|LICENSE|CHANGELOG|NOTICE|CONTRIBUTING)(?:\.[a-z]+)?$/i,
  /(?:^|\/)lockstep\.lock$/,
  /(?:^|\/)(?:migration_lock\.toml|atlas\.sum|manifest\.json|tern\.conf|mod\.rs|__init__\.py)$/,
  /(?:^|\/)meta\/(?:_journal|\d+_snapshot)\.json$/,
  /^[^/]+\/snapshot\.json$/,
  // What squashes put aside.
  /^archived?\/[^/]+\//,
  /\.(?:d\.[cm]?ts|[cm]?js\.map)$/,
];

/** Other databases' files beside ours, by the word before `.sql`. */
export const otherDatabases: RegExp =
  /[._](?:mysql|mariadb|sqlite|sqlite3|mssql|sqlserver|oracle|cockroach|cockroachdb|clickhouse)(?:\.(?:up|down))?\.sql$/;

/** `what` is the role and the kind, in two words. */
function row(
  id: string,
  what: `${FileRole} ${FileKind}`,
  rest: {
    readonly pattern: string;
    readonly example: string;
    readonly only?: "partner" | "convention";
  },
): Ending {
  const [role, kind] = splitWords(what);
  return { id, role, kind, ...rest, pattern: new RegExp(rest.pattern) };
}

/** split() forgets which words there were; the template type says it. */
function splitWords(what: `${FileRole} ${FileKind}`): readonly [FileRole, FileKind] {
  return what.split(" ") as [FileRole, FileKind];
}
