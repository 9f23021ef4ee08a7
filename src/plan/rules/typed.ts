/** Tables that are made OF a composite type: their columns come, change and go with the type's attributes. */
import type { FactOf } from "../../catalog/fact.ts";
import { factId } from "../../catalog/id.ts";
import { sameValue } from "../../catalog/compare.ts";
import type { Planning } from "../planning.ts";
import type { Side } from "../side.ts";

/** The attribute that the column of a typed table is, while the table stays bound to its type. */
export function attributeOf(
  column: FactOf<"column">,
  planning: Planning,
): FactOf<"attribute"> | undefined {
  const [before, after] = [typeOf(column, planning.from), typeOf(column, planning.to)];
  if (before === undefined || after === undefined || !sameValue(before, after)) return undefined;
  const { schema, name } = after;
  const id = factId("attribute", { schema, relation: name, name: column.name.name });
  return planning.to.find("attribute", id) ?? planning.from.find("attribute", id);
}

function typeOf(column: FactOf<"column">, side: Side): FactOf<"table">["payload"]["ofType"] {
  return side.find("table", column.parent)?.payload.ofType;
}

/** The columns that the attribute is in tables of its type. */
export function typedColumns(fact: FactOf<"attribute">, side: Side): readonly string[] {
  return side.referrers(fact.parent ?? "").flatMap((table) => {
    if (table.kind !== "table" || table.payload.ofType === undefined) return [];
    return side
      .childrenOf("column", table.id)
      .filter(({ name }) => name.name === fact.name.name)
      .map(({ id }) => id);
  });
}
