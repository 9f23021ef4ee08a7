/**
 * A catalog without what needs a secret: the catalog holds no passwords, so a restore can't write them. What is left
 * out is a finding, never a silence.
 */
import type { Catalog, Fact } from "../catalog/fact.ts";
import type { Finding } from "../core/findings.ts";

export interface WithoutSecrets {
  readonly catalog: Catalog;
  readonly findings: readonly Finding[];
}

/** Of no use without the secret; other kinds lose the option alone, since others build on them. */
const useless: ReadonlySet<string> = new Set(["subscription", "user_mapping"]);

export function leaveSecrets(catalog: Catalog): WithoutSecrets {
  const findings: Finding[] = [];
  const gone = new Set<string>();
  const stripped = new Map<string, Fact>();
  for (const [id, fact] of catalog.facts) {
    if (!("secrets" in fact.payload) || (fact.payload.secrets ?? []).length === 0) continue;
    const { secrets = [], ...payload } = fact.payload;
    const isWhole = useless.has(fact.kind);
    if (isWhole) gone.add(id);
    else stripped.set(id, castAsFact({ ...fact, payload }));
    findings.push(leftOut(id, secrets, isWhole));
  }
  if (findings.length === 0) return { catalog, findings };
  const facts = new Map<string, Fact>();
  for (const [id, fact] of catalog.facts) {
    if (!goes(fact, gone, catalog)) facts.set(id, stripped.get(id) ?? fact);
  }
  return { catalog: { ...catalog, facts }, findings };
}

/** The payload is its kind's own, less an optional attribute, which the union of kinds can't express. */
function castAsFact(fact: object): Fact {
  return fact as Fact;
}

/** With its comments and grants, and what can't be without it. */
function goes(fact: Fact, gone: ReadonlySet<string>, catalog: Catalog): boolean {
  if (gone.has(fact.id)) return true;
  const above = fact.parent === undefined ? undefined : catalog.facts.get(fact.parent);
  return above !== undefined && goes(above, gone, catalog);
}

function leftOut(object: string, options: readonly string[], isWhole: boolean): Finding {
  const what = isWhole ? "is not in the backup" : "is in the backup without a part";
  return {
    code: "BACKUP.SECRET_LEFT_OUT",
    severity: "warning",
    message: `${what}: ${options.join(", ")} is a secret`,
    object,
    hint: isWhole ? "Make it again after a restore." : "Set the option again after a restore.",
  };
}
