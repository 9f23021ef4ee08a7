import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openProject } from "../../support/project.ts";

const root = fileURLToPath(new URL("../../../../shared/corpora/histories/", import.meta.url));
const isThere = existsSync(root);
if (!isThere) process.stderr.write("skipped: ../shared/corpora is not there\n");

interface History {
  readonly folder: string;
  readonly migrations: number;
  readonly downs: number;
  readonly noTransaction?: number;
  readonly first: string;
  readonly last: string;
  readonly strange?: readonly string[];
}

const histories: readonly History[] = [
  {
    folder: "atuin",
    migrations: 20,
    downs: 0,
    first: "20210425153745_create_history",
    last: "20260127000000_remove-email-verification",
  },
  {
    folder: "authelia",
    migrations: 26,
    downs: 26,
    first: "V0001.Initial_Schema",
    last: "V0026.StorageAADRowScoped",
  },
  {
    folder: "concourse",
    migrations: 149,
    downs: 148,
    first: "1510262030_initial_schema",
    last: "1783024587_workers_max_active_tasks",
    strange: [
      "1522178770_add_job_tags.down.sql",
      "1561558376_add_type_to_resources.down.sql",
      "1626194317_add_pipeline_pauses_table.up.sql",
    ],
  },
  {
    folder: "crates-io",
    migrations: 285,
    downs: 285,
    noTransaction: 7,
    first: "00000000000000_diesel_initial_setup",
    last: "2026-07-30-140000-0000_add_users_username_index",
    strange: ["data_oauth_github.sql"],
  },
  { folder: "graphile-worker", migrations: 19, downs: 0, first: "000001", last: "000019" },
  {
    folder: "guacamole/upgrade",
    migrations: 9,
    downs: 0,
    first: "upgrade-pre-0.9.7",
    last: "upgrade-pre-1.6.0",
  },
  {
    folder: "hatchet",
    migrations: 224,
    downs: 136,
    noTransaction: 33,
    first: "20240115180414_init",
    last: "20260820185000_v1_0_147",
  },
  {
    folder: "memos",
    migrations: 26,
    downs: 0,
    first: "0.19/00__add_resource_name",
    last: "0.31/02__reaction_memo_id",
  },
  {
    folder: "supabase-auth",
    migrations: 70,
    downs: 0,
    first: "00_init_auth_schema",
    last: "20260625000000_add_custom_claims_allowlist",
  },
  {
    folder: "svix-webhooks",
    migrations: 16,
    downs: 16,
    first: "20220123205937_initial",
    last: "20250909214223_messageattempt_endp_idx",
  },
  {
    folder: "temporal/temporal/versioned",
    migrations: 25,
    downs: 0,
    first: "v1.0/schema",
    last: "v1.19/current_chasm_executions",
  },
  {
    folder: "temporal/visibility/versioned",
    migrations: 15,
    downs: 0,
    first: "v1.0/schema",
    last: "v1.14/add_external_payload_size_and_count_search_attributes",
    // Their manifests leave these out; v1.13 has them combined.
    strange: [
      "v1.10/add_temporal_reported_columns.sql",
      "v1.11/add_chasm_search_attributes.sql",
      "v1.12/add_low_cardinality_keyword.sql",
      "v1.13/add_used_deployment_versions_search_attribute.sql",
    ],
  },
  {
    folder: "uaa",
    migrations: 89,
    downs: 0,
    first: "V1_5_2__initial_db",
    last: "V4_110__Add_ExternalKey_To_Identity_Provider",
  },
  { folder: "umami", migrations: 19, downs: 0, first: "01_init", last: "19_add_session_replay" },
];

describe.skipIf(!isThere)("real histories are recognised whole, in order", () => {
  test.each(histories)("$folder", async (history) => {
    const { project } = await openProject(root, { config: { migrations: history.folder } });
    const { migrations, findings } = project;
    expect({
      folder: history.folder,
      migrations: migrations.length,
      downs: migrations.filter(({ down }) => down !== undefined).length,
      noTransaction: migrations.filter(
        (one) => one.kind === "sql" && one.noTransaction !== undefined,
      ).length,
      first: migrations[0]?.id,
      last: migrations.at(-1)?.id,
      strange: findings
        .map(({ where }) => where?.file.slice(history.folder.length + 1) ?? "")
        .toSorted((left, right) => (left < right ? -1 : 1)),
    }).toEqual({ noTransaction: 0, strange: [], ...history });
  });

  test("a complete schema beside version folders is found", async () => {
    const { project } = await openProject(`${root}memos`, { config: { migrations: "" } });
    expect(project.migrations).toHaveLength(26);
    expect(project.baseline?.files.map(({ path }) => path)).toEqual(["LATEST.sql"]);
    expect(project.findings).toEqual([]);
  });
});
