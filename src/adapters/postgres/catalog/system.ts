/** What somebody made in the schemas of the system, or about what lies there: no fact, and so a finding. */
import type { Finding } from "../../../core/findings.ts";
import type { ServerView } from "./build.ts";

/** None where nobody asked for the whole database. */
export function systemSchemas({ allSchemas, isWhole }: ServerView): ServerView["schemas"] {
  const names: ReadonlySet<string> = new Set(isWhole ? ["pg_catalog", "information_schema"] : []);
  return new Map([...allSchemas].filter(([, name]) => names.has(name)));
}

export function isOfSystem(relation: number): boolean {
  return relation < 16384;
}

export function inSystem(object: string): Finding {
  return {
    code: "CATALOG.NOT_MODELLED",
    severity: "warning",
    object,
    message: "it lies in a schema of the system: no comparison and no dump shows it",
    hint: "Keep it in a migration of your own, which deploys run; or move it into a schema of your own.",
  };
}

/** Of what lies in a schema that is read. */
export function aboutSystem(object: string): Finding {
  return {
    ...inSystem(object),
    message: "it is about a relation of the system: no comparison and no dump shows it",
    hint: "Keep it in a migration of your own, which deploys run; or drop it.",
  };
}
