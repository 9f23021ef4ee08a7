/** The texts that the ledger keeps of what it records: what was applied, and the way back as it was then. */
import { baselineId } from "../../ledger/ledger.ts";
import type { Project } from "../../project/project.ts";
import type { UnitContent } from "./apply/context.ts";

export function contentsOf(project: Project): (id: string) => UnitContent {
  const files = new Map(project.migrations.map((file) => [file.id, file]));
  return (id) => {
    if (id === baselineId) {
      const texts = project.baseline?.files.map((file) => file.text) ?? [];
      return { content: texts.join("\n"), downContent: undefined };
    }
    const file = files.get(id);
    return {
      content: file?.kind === "sql" ? file.up.text : undefined,
      downContent: file?.down?.text,
    };
  };
}
