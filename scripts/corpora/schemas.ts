/** The complete schemas of the corpora, and what a deploy of each must end with. */
import { type CorpusProject, rolesIfAbsent } from "./project.ts";

const complete = { outcome: "deployed", why: "a complete schema for an empty database" } as const;

export const schemas: readonly CorpusProject[] = [
  schema("dolphinscheduler", {}),
  schema("flowable", {}),
  schema("graphile-starter", {
    prepare: rolesIfAbsent("graphile_starter", "graphile_starter_visitor"),
  }),
  // Builds indexes concurrently, so it can't be one transaction.
  schema("hatchet", {}),
  schema("thingsboard", {}),
  schema("graphile-starter", {
    name: "graphile-starter.sql (roles absent)",
    // Roles are the cluster's: a name that no other trial makes.
    rewrite: (text) => text.replaceAll("graphile_starter_visitor", "graphile_starter_absent"),
    expected: {
      outcome: "DEPLOY.STATEMENT_FAILED",
      where: "graphile-starter.sql:2486",
      why: "a dump grants to roles and does not make them; the error names the role and the line",
    },
  }),
];

function schema(file: string, own: Partial<CorpusProject>): CorpusProject {
  return {
    name: `${file}.sql`,
    source: `schemas/${file}.sql`,
    into: "",
    config: { baseline: `${file}.sql` },
    expected: complete,
    ...own,
  };
}
