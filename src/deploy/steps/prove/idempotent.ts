/**
 * Files that are written to run twice: every statement is guarded or can be repeated, and one at least says so (IF NOT
 * EXISTS, OR REPLACE). Such a file is run a second time on a copy, and must change nothing.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import type { SqlText } from "../../../project/migration.ts";
import { checkScript } from "../../../sql/check.ts";
import { loadParser } from "../../../sql/parse.ts";
import type { Replay, ReplayStep } from "../replay/replay.ts";
import { forget } from "./forget.ts";
import { compareSides, type CompareOptions } from "./compare.ts";
import { failedPart } from "./failure.ts";
import type { ProofPart } from "./part.ts";

export async function claimsToRepeat(step: ReplayStep): Promise<boolean> {
  const claims = await Promise.all(textsOf(step).map(scriptClaims));
  return claims.length > 0 && claims.every((claim) => claim);
}

export async function scriptClaims({ path, text }: SqlText): Promise<boolean> {
  let isGuarded = false;
  let isUnsafe = false;
  const check = checkScript(
    { file: path, text },
    {
      parser: await loadParser(),
      onStatement: ({ facts }) => {
        if (facts.repeat === "unsafe" || facts.repeat === "unknown") isUnsafe = true;
        const saysSo = facts.repeat === "guarded" || facts.label.startsWith("CREATE OR REPLACE");
        if (saysSo && facts.effect === "definition") isGuarded = true;
      },
    },
  );
  return isGuarded && !isUnsafe && check.refused.length === 0;
}

function textsOf(step: ReplayStep): readonly SqlText[] {
  switch (step.kind) {
    case "baseline":
      return step.baseline.files;
    case "up":
      return step.file.kind === "sql" ? [step.file.up] : [];
    case "down":
      return [step.down];
  }
}

export async function proveRepeat(
  replay: Replay,
  step: ReplayStep,
  options: CompareOptions & { readonly after: Catalog },
): Promise<ProofPart> {
  const subject = textsOf(step)[0]?.path ?? "";
  const copy = await replay.copy();
  try {
    await forget(copy, step);
    await copy.apply(step);
    const { after, ...how } = options;
    const again = await copy.catalog();
    const { isEqual, level, differences } = await compareSides(after, again, how);
    if (isEqual) {
      const reason = "applied twice, it changes nothing";
      return { kind: "idempotent", subject, outcome: "proved", reason, ...optional(level) };
    }
    const reason = "it says IF NOT EXISTS, and changes something when it is applied again";
    const sides = ["applied once", "applied twice"] as const;
    return { kind: "idempotent", subject, outcome: "refuted", reason, sides, differences };
  } catch (error) {
    const part = failedPart("idempotent", subject, error);
    return { ...part, reason: `it fails when it is applied again: ${part.reason}` };
  } finally {
    await copy.close();
  }
}

function optional(level: ProofPart["level"]): { readonly level?: NonNullable<typeof level> } {
  return level === undefined ? {} : { level };
}
