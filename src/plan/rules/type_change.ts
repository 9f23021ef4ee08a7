/** Whether a column is to be of another type, or of one of the same name that is made again. */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isDropped, isReplaced, type Planning } from "../planning.ts";
import type { Change } from "../rule.ts";
import { quoted } from "../text/names.ts";
import { isType } from "./type_kinds.ts";

export function changesType(
  { from, to }: Pick<Change<"column">, "from" | "to">,
  planning: Planning,
): boolean {
  const isOther = from.payload.type !== to.payload.type && !movesWithExtension(from, to, planning);
  return (
    isOther ||
    !sameValue(from.payload.collation, to.payload.collation) ||
    replacedTypes(to, planning).length > 0
  );
}

/** Whether the type is another's only by name: its extension moves to another schema, and takes it along. */
function movesWithExtension(
  from: FactOf<"column">,
  to: FactOf<"column">,
  planning: Planning,
): boolean {
  return to.references.some((id) => {
    const [before, after] = [
      planning.from.find("extension", id),
      planning.to.find("extension", id),
    ];
    if (before === undefined || after === undefined || isDropped(planning, id)) return false;
    const old = `${quoted(before.payload.schema)}.`;
    const isMember = from.payload.type.startsWith(old);
    const renamed = `${quoted(after.payload.schema)}.${from.payload.type.slice(old.length)}`;
    return isMember && renamed === to.payload.type;
  });
}

/** The column's types that make way for new ones of the same name. */
export function replacedTypes(column: FactOf<"column">, planning: Planning): readonly FactId[] {
  return column.references.filter((id) => isReplaced(planning, id) && isType(planning.to.get(id)));
}
