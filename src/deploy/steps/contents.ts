/** The texts that the ledger keeps of what it records: what was applied, and the way back as it was then. */
import { baselineId } from "../../ledger/ledger.ts";
import type { Project } from "../../project/project.ts";
import type { UnitContent } from "./apply/context.ts";

export function contentsOf(project: Project): (id: string) => UnitContent {
  const files = new Map(project.migrations.map((file) => [file.id, file]));
  return (id) => {
    if (id === baselineId) {
      const loaded = project.baseline?.files ?? [];
      const content = loaded.map((file) => file.text).join("\n");
      return { content, downContent: undefined, included: loaded.flatMap((file) => file.included) };
    }
    const file = files.get(id);
    return {
      content: file?.kind === "sql" ? file.up.text : undefined,
      downContent: file?.down?.text,
      included: file?.kind === "sql" ? file.included : [],
    };
  };
}
