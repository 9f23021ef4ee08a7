/** The catalog that a target is held against: what the project's files lead to, found by replaying them in scratch. */
import { describeFact } from "../../../catalog/explain.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { rolesAside } from "../../../catalog/roles_aside.ts";
import type { FactId } from "../../../catalog/id.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import { additiveTarget } from "../../../plan/additive.ts";
import type { Project } from "../../../project/project.ts";
import { replayApplied, replaySteps } from "../prove/applied.ts";
import { waysOf } from "../prove/ways.ts";
import type { Stage } from "../replay/open.ts";
import { openSource } from "../source/read.ts";
import { isRead, parseSource, type SourceSpec } from "../source/spec.ts";
import type { LiveRead } from "./read.ts";

export const againstChoices = ["lock", "migrations", "baseline", "declared"] as const;

/** `lock`: what the target has applied, by its ledger. Else a source that stands outside of the project. */
export type Against = (typeof againstChoices)[number] | OutsideSource;

/** `file:PATH`, `backup:PATH` or a URL. */
export type OutsideSource = Extract<SourceSpec, { readonly kind: "file" | "backup" | "url" }>;

export function readAgainst(text: string): Against {
  const word = againstChoices.find((choice) => choice === text);
  if (word !== undefined) return word;
  const spec = parseSource(text);
  if (spec.kind === "file" || spec.kind === "backup" || spec.kind === "url") return spec;
  throw new LockstepError(
    "USAGE.INVALID",
    `--against ${text} is nothing to hold the target against`,
    {
      next: `Write ${againstChoices.join(", ")}, file:PATH, backup:PATH or a postgres:// URL.`,
    },
  );
}

export interface Expected {
  readonly name: string;
  readonly catalog: Catalog;
  /** The live side's roles are no part of the comparison. */
  readonly lacksRoles?: true;
  /** What is known to be otherwise and is meant to be; what is odd about the files. */
  readonly findings?: readonly Finding[];
}

/** What a target of this project is held against when nobody says: undefined is the lock file, where it knows. */
export function usualAgainst({ config }: Project): Against | undefined {
  return config.strategy === "declarative" ? "declared" : undefined;
}

export async function expectedOf(
  stage: Stage,
  against: Against,
  live: LiveRead,
): Promise<Expected> {
  if (typeof against !== "string") {
    const major = isRead(against) ? undefined : stage.major;
    const source = await openSource(against, stage.ports, { major });
    await source.close();
    const { label: name, catalog, lacksRoles } = source;
    if (lacksRoles !== true) return { name, catalog, findings: oddities(catalog) };
    return { name, catalog, lacksRoles, findings: rolesAside([live.catalog], name) };
  }
  switch (against) {
    case "lock":
      return await expectedOfApplied(stage, live);
    case "declared": {
      const source = await openSource({ kind: "declared" }, stage.ports, { major: stage.major });
      await source.close();
      return expectedOfDeclared(stage.project, source.catalog, live.catalog);
    }
    case "baseline":
    case "migrations": {
      const isMeant = (first: string | undefined, kind: string): boolean =>
        against === "baseline" ? first === "baseline" && kind === "fresh" : first === "up";
      const { replayed } = waysOf(stage.project);
      const way =
        replayed.find(({ steps, kind }) => isMeant(steps[0]?.kind, kind)) ??
        (against === "migrations" ? replayed.find(({ steps }) => steps.length > 1) : undefined);
      if (way === undefined) {
        throw new LockstepError("SOURCE.ABSENT", `the project has no ${against}`);
      }
      return { name: against, catalog: await replaySteps(stage, way.steps) };
    }
  }
}

/** Where deploys only add, what is there and not declared is meant to stay: it is said, and is no drift. */
function expectedOfDeclared({ config }: Project, declared: Catalog, live: Catalog): Expected {
  const isAdditive = config.strategy === "declarative" && config.additive;
  if (!isAdditive) {
    return { name: "declared", catalog: declared, findings: oddities(declared) };
  }
  const catalog = additiveTarget(live, declared);
  const isStray = (id: FactId | undefined): boolean => id !== undefined && !declared.facts.has(id);
  const findings = [...live.facts.values()]
    // What belongs to a stray goes without saying.
    .filter(({ id, parent }) => isStray(id) && !isStray(parent))
    .map((fact): Finding => {
      const message = "is there and not declared; an additive deploy leaves it";
      return { code: "VERIFY.NOT_DECLARED", severity: "info", object: describeFact(fact), message };
    });
  const all = [...oddities(declared), ...findings];
  return { name: "what is declared, and what was left beside it", catalog, findings: all };
}

/** What is odd about the files that it was loaded from. */
function oddities({ findings }: Catalog): readonly Finding[] {
  return findings.filter(({ code }) => code.startsWith("SOURCE."));
}

async function expectedOfApplied(stage: Stage, live: LiveRead): Promise<Expected> {
  if (live.applied === undefined) {
    throw new LockstepError(
      "LEDGER.ABSENT",
      `${live.label} has no ledger, so what it has applied is not known`,
      {
        next: "lockstep verify --against declared, --against migrations or --against baseline",
      },
    );
  }
  const catalog = await replayApplied(stage, live.applied);
  if (catalog !== undefined) return { name: "what it has applied", catalog };
  throw new LockstepError(
    "VERIFY.UNREACHABLE",
    "no files of the project lead to what this database has applied",
    { next: "lockstep verify --against migrations" },
  );
}
