/**
 * The migration histories of the corpora, and what a deploy of each must end with. A project that its own tool fills
 * in or completes stands here twice: as it is, to hold the error, and as a user would bring it to lockstep.
 */
import { type CorpusProject, type Expectation, rolesIfAbsent } from "./project.ts";

const deployed: Expectation = {
  outcome: "deployed",
  why: "the history begins with an empty database",
};
const complete: Expectation = {
  outcome: "deployed",
  why: "the complete schema stands for every step beside it",
};
const lacksBeginning = "the steps begin with a schema of an older release, which is not among them";

export const histories: readonly CorpusProject[] = [
  { name: "atuin", source: "histories/atuin", into: "migrations", expected: deployed },
  {
    name: "authelia",
    source: "histories/authelia",
    into: "migrations",
    expected: deployed,
    restored: { restored: 26, different: 0, failed: 0 },
  },
  {
    name: "concourse",
    source: "histories/concourse",
    into: "migrations",
    // Its fifteen steps in Go change rows only, and a new database has none.
    expected: deployed,
    restored: { restored: 135, different: 13, failed: 0 },
  },
  {
    name: "crates-io",
    source: "histories/crates-io",
    into: "migrations",
    expected: deployed,
    restored: { restored: 269, different: 16, failed: 0 },
  },
  {
    name: "graphile-worker (as it is)",
    source: "histories/graphile-worker",
    into: "migrations",
    expected: {
      outcome: "SQL.SYNTAX",
      where: "migrations/000001.sql:3",
      why: "its runner puts a schema's name in; the error shows the place and speaks of the variable",
    },
  },
  {
    name: "graphile-worker",
    source: "histories/graphile-worker",
    into: "migrations",
    // In function bodies too, where psql would leave :name as it is.
    rewrite: (text) => text.replaceAll(":GRAPHILE_WORKER_SCHEMA", "${schema}"),
    config: { variables: { schema: "graphile_worker" } },
    // What its runner does before the first file.
    added: { "migrations/000000.sql": "create schema ${schema};\n" },
    notByPsql: "${...} is not psql's",
    expected: deployed,
  },
  {
    name: "guacamole",
    source: "histories/guacamole",
    into: "schema",
    config: {
      baseline: {
        path: ["schema/001-create-schema.sql", "schema/002-create-admin-user.sql"],
        includes: "upgrade-pre-1.6.0",
      },
      migrations: "schema/upgrade",
    },
    expected: complete,
  },
  {
    name: "guacamole (upgrades alone)",
    source: "histories/guacamole/upgrade",
    into: "migrations",
    expected: {
      outcome: "DEPLOY.STATEMENT_FAILED",
      where: "migrations/upgrade-pre-0.9.7.sql:24",
      why: lacksBeginning,
    },
  },
  {
    name: "hatchet (as it is)",
    source: "histories/hatchet",
    into: "migrations",
    expected: {
      outcome: "DEPLOY.STATEMENT_FAILED",
      where: "migrations/20260424205453_v1_0_100.sql:4",
      why: "v1_0_99 is a program that makes the table which is missed here; nothing on disk speaks of it",
    },
  },
  {
    name: "hatchet (step by hand)",
    source: "histories/hatchet",
    into: "migrations",
    added: {
      "migrations/20260424000000_v1_0_99.external.md":
        "Run hatchet's own migration v1_0_99, which copies the tables to partitioned ones.\n",
    },
    expected: {
      outcome: "DEPLOY.EXTERNAL_STEP",
      where: "migrations/20260424000000_v1_0_99.external.md",
      why: "the deploy stops where somebody has to act, and says so",
    },
  },
  {
    name: "hatchet (to v1_0_98)",
    source: "histories/hatchet",
    into: "migrations",
    without: (path) => path > "migrations/20260424",
    // LOCK TABLE needs one.
    inTransactions: true,
    expected: deployed,
  },
  { name: "memos", source: "histories/memos", into: "migrations", expected: complete },
  {
    name: "memos (upgrades alone)",
    source: "histories/memos",
    into: "migrations",
    without: (path) => path === "migrations/LATEST.sql",
    expected: {
      outcome: "DEPLOY.STATEMENT_FAILED",
      where: "migrations/0.19/00__add_resource_name.sql:1",
      why: lacksBeginning,
    },
  },
  {
    name: "supabase-auth (as it is)",
    source: "histories/supabase-auth",
    into: "migrations",
    expected: {
      outcome: "SQL.SYNTAX",
      where: "migrations/00_init_auth_schema.up.sql:3",
      why: "Go templates, which nothing but its own tool fills in; the error says that it is a template",
    },
  },
  {
    name: "supabase-auth",
    source: "histories/supabase-auth",
    into: "migrations",
    // Its own tool makes the schema before the first file.
    rewrite: (text, path) =>
      (path.endsWith("/00_init_auth_schema.up.sql") ? "create schema ${namespace};\n" : "") +
      text.replaceAll(/\{\{ *index +\.Options +"Namespace" *\}\}/g, "${namespace}"),
    config: { variables: { namespace: "auth" } },
    prepare: rolesIfAbsent("postgres", "supabase_auth_admin"),
    notByPsql: "${...} is not psql's",
    expected: deployed,
  },
  {
    name: "svix-webhooks",
    source: "histories/svix-webhooks",
    into: "migrations",
    expected: deployed,
    restored: { restored: 14, different: 1, failed: 1 },
  },
  {
    name: "temporal",
    source: "histories/temporal/temporal",
    into: "",
    config: { baseline: "schema.sql", migrations: "versioned" },
    // Its complete schema lacks what the versions made: nothing could stand for both.
    squash: "SQUASH.DIFFERS",
    expected: complete,
  },
  {
    name: "temporal (versions alone)",
    source: "histories/temporal/temporal",
    into: "",
    config: { migrations: "versioned" },
    without: (path) => path === "schema.sql",
    expected: deployed,
  },
  {
    name: "temporal visibility",
    source: "histories/temporal/visibility",
    into: "",
    config: { baseline: "schema.sql", migrations: "versioned" },
    expected: complete,
  },
  {
    name: "temporal visibility (versions alone)",
    source: "histories/temporal/visibility",
    into: "",
    config: { migrations: "versioned" },
    without: (path) => path === "schema.sql",
    expected: deployed,
  },
  {
    name: "uaa",
    source: "histories/uaa",
    into: "migrations",
    // Its six steps in Java change rows only, and a new database has none.
    expected: deployed,
  },
  { name: "umami", source: "histories/umami", into: "prisma/migrations", expected: deployed },
];
