/** The texts that the ledger keeps of what it records: what was applied, and the way back as it was then. */
import { sha256 } from "../../core/hash.ts";
import { LockstepError, type JsonObject } from "../../core/errors.ts";
import { interpolate } from "../../sql/variables.ts";
import { baselineId } from "../../ledger/ledger.ts";
import type { Project } from "../../project/project.ts";
import type { UnitContent } from "./apply/context.ts";

export function contentsOf(project: Project): (id: string) => UnitContent {
  const { variables } = project.config;
  const files = new Map(project.migrations.map((file) => [file.id, file]));
  return (id) => {
    if (id === baselineId) {
      const loaded = project.baseline?.files ?? [];
      const content = loaded.map((file) => file.text).join("\n");
      const included = loaded.flatMap((file) => file.included);
      return { content, downContent: undefined, included, ...valuesDetail(content, variables) };
    }
    const file = files.get(id);
    const content = file?.kind === "sql" ? file.up.text : undefined;
    return {
      content,
      downContent: file?.down?.text,
      included: file?.kind === "sql" ? file.included : [],
      ...valuesDetail(content, variables),
    };
  };
}

/** The text that ran, where values were put in: the ledger keeps its hash, since a value may be a secret. */
function valuesDetail(
  text: string | undefined,
  variables: Readonly<Record<string, string>>,
): { readonly detail?: JsonObject } {
  if (text === undefined || Object.keys(variables).length === 0) return {};
  const withValues = textWithValues(text, variables);
  if (withValues === undefined || withValues === text) return {};
  return { detail: { withValuesHash: sha256(withValues) } };
}

/** Undefined where a value is lacking or does not fit: then nothing ran with these values, it was adopted, say. */
function textWithValues(
  text: string,
  variables: Readonly<Record<string, string>>,
): string | undefined {
  try {
    return interpolate({ file: "", text }, variables).text;
  } catch (error) {
    if (error instanceof LockstepError) return undefined;
    throw error;
  }
}
