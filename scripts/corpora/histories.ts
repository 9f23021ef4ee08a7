/** The migration histories of the corpora, and what a deploy of each must end with. */
import { type CorpusProject, rolesIfAbsent } from "./project.ts";

const deployed = { outcome: "deployed", why: "all of it runs on an empty database" } as const;

export const histories: readonly CorpusProject[] = [
  { name: "atuin", source: "histories/atuin", into: "migrations", expected: deployed },
  { name: "authelia", source: "histories/authelia", into: "migrations", expected: deployed },
  { name: "concourse", source: "histories/concourse", into: "migrations", expected: deployed },
  { name: "crates-io", source: "histories/crates-io", into: "migrations", expected: deployed },
  { name: "graphile-worker", source: "histories/graphile-worker", into: "migrations", expected: deployed },
  { name: "guacamole", source: "histories/guacamole", into: "schema", expected: deployed,
    config: {
      baseline: {
        path: ["schema/001-create-schema.sql", "schema/002-create-admin-user.sql"],
        includes: "upgrade-pre-1.6.0",
      },
      migrations: "schema/upgrade",
    },
  },
  { name: "hatchet", source: "histories/hatchet", into: "migrations", expected: deployed },
  { name: "memos", source: "histories/memos", into: "migrations", expected: deployed },
  { name: "supabase-auth", source: "histories/supabase-auth", into: "migrations", expected: deployed },
  { name: "svix-webhooks", source: "histories/svix-webhooks", into: "migrations", expected: deployed },
  { name: "temporal", source: "histories/temporal/temporal", into: "", expected: deployed, config: { migrations: "versioned" } },
  { name: "temporal visibility", source: "histories/temporal/visibility", into: "", expected: deployed, config: { migrations: "versioned" } },
  { name: "uaa", source: "histories/uaa", into: "migrations", expected: deployed },
  { name: "umami", source: "histories/umami", into: "prisma/migrations", expected: deployed },
];
void rolesIfAbsent;
