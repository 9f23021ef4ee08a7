/**
 * The ledger's own tables and how they came to be: a list of steps, each applied once and never edited after a
 * release. Everything is qualified and needs no right beyond CREATE on the database. The digest query reads only
 * columns that every version has, so that old and new clients can tell each other apart.
 */

export interface LedgerStep {
  readonly version: number;
  /** Only where the schema is not there yet: making it needs CREATE on the database, even with IF NOT EXISTS. */
  readonly schemaStatements?: readonly string[];
  readonly statements: readonly string[];
}

const firstSchema = [
  `create schema lockstep`,
  `comment on schema lockstep is 'What lockstep applied to this database. See docs/reference/ledger.md.'`,
] as const;

const firstTables = [
  `create table lockstep.ledger_versions (
    version integer primary key,
    tool_version text not null,
    created_at timestamptz not null default pg_catalog.clock_timestamp()
  )`,
  `create table lockstep.deployments (
    id uuid primary key,
    scope text collate "C" not null,
    kind text not null,
    outcome text not null,
    started_at timestamptz not null default pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    database_user text not null default session_user,
    os_user text,
    host text,
    git_sha text,
    tool_version text not null,
    server_version text not null default pg_catalog.current_setting('server_version'),
    settings jsonb not null default '{}',
    plan_hash text,
    failure jsonb
  )`,
  `create index deployments_by_scope on lockstep.deployments (scope, started_at)`,
  `create table lockstep.migrations (
    scope text collate "C" not null,
    id text collate "C" not null,
    position bigint generated always as identity,
    kind text not null,
    state text not null default 'applied',
    provenance text not null,
    title text,
    path text,
    includes_up_to text,
    bytes_hash text not null,
    meaning_hash text,
    content text,
    down_content text,
    applied_at timestamptz not null default pg_catalog.clock_timestamp(),
    duration_ms bigint,
    database_user text not null default session_user,
    os_user text,
    host text,
    git_sha text,
    tool_version text not null,
    server_version text not null default pg_catalog.current_setting('server_version'),
    deployment_id uuid not null references lockstep.deployments (id),
    primary key (scope, id)
  )`,
  `create table lockstep.events (
    position bigint generated always as identity primary key,
    scope text collate "C" not null,
    migration_id text collate "C" not null,
    event text not null,
    at timestamptz not null default pg_catalog.clock_timestamp(),
    duration_ms bigint,
    bytes_hash text,
    deployment_id uuid not null references lockstep.deployments (id),
    detail jsonb not null default '{}'
  )`,
  `create index events_by_scope on lockstep.events (scope, position)`,
  `create table lockstep.attempts (
    position bigint generated always as identity primary key,
    scope text collate "C" not null,
    migration_id text collate "C" not null,
    deployment_id uuid not null references lockstep.deployments (id),
    at timestamptz not null default pg_catalog.clock_timestamp(),
    sql_state text,
    message text not null,
    file text,
    line integer,
    detail jsonb not null default '{}'
  )`,
  `create index attempts_by_scope on lockstep.attempts (scope, position)`,
  `create table lockstep.statements (
    scope text collate "C" not null,
    migration_id text collate "C" not null,
    direction text not null,
    ordinal integer not null,
    state text not null,
    transactional boolean not null,
    meaning_hash text not null,
    before jsonb not null default '{}',
    started_at timestamptz not null default pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    deployment_id uuid not null references lockstep.deployments (id),
    primary key (scope, migration_id, direction, ordinal)
  )`,
  `create table lockstep.leases (
    scope text collate "C" primary key,
    token bigint not null,
    holder text,
    details jsonb not null default '{}',
    acquired_at timestamptz not null default pg_catalog.clock_timestamp(),
    expires_at timestamptz not null
  )`,
] as const;

/** One row at most: what the database is to people. */
const environmentTable = `create table lockstep.environment (
    singleton boolean primary key default true check (singleton),
    name text collate "C",
    protected boolean not null default false,
    set_at timestamptz not null default pg_catalog.clock_timestamp(),
    database_user text not null default session_user
  )`;

/** Receipts: a backup that was taken before a deployment changed anything. */
const backupsTable = `create table lockstep.backups (
    position bigint generated always as identity primary key,
    scope text collate "C" not null,
    deployment_id uuid not null references lockstep.deployments (id),
    backup_id text not null,
    location text not null,
    what text not null,
    tables jsonb not null default '[]',
    policy text not null,
    reason text not null,
    snapshot_at timestamptz not null,
    snapshot_lsn text not null,
    fingerprint text not null,
    row_count bigint not null,
    raw_bytes bigint not null,
    stored_bytes bigint not null,
    encrypted boolean not null,
    duration_ms bigint not null,
    taken_at timestamptz not null default pg_catalog.clock_timestamp()
  )`;

export const ledgerSteps: readonly LedgerStep[] = [
  { version: 1, schemaStatements: firstSchema, statements: firstTables },
  { version: 2, statements: [environmentTable] },
  { version: 3, statements: [`alter table lockstep.migrations add column included jsonb`] },
  {
    version: 4,
    statements: [
      backupsTable,
      `create index backups_by_scope on lockstep.backups (scope, position)`,
    ],
  },
];

export const ledgerVersion: number = ledgerSteps.at(-1)?.version ?? 0;

/** What takes a database from the version that it has to ours; empty when nothing is to be done. */
export function ledgerStepsAfter(version: number): readonly LedgerStep[] {
  return ledgerSteps.filter((step) => step.version > version);
}
