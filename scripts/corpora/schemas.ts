/** The complete schemas of the corpora, and what a deploy of each must end with. */
import type { CorpusProject } from "./project.ts";

export const schemas: readonly CorpusProject[] = [
  "dolphinscheduler",
  "flowable",
  "graphile-starter",
  "hatchet",
  "thingsboard",
].map((name) => ({
  name: `${name}.sql`,
  source: `schemas/${name}.sql`,
  into: "",
  config: { baseline: `${name}.sql` },
  expected: { outcome: "deployed", why: "a complete schema" },
}));
