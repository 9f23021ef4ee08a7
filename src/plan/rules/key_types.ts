/**
 * Foreign keys whose columns change their types on both sides. One side changes first, and the server compares the
 * two at once: where it has no operator for that, the key is away meanwhile.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { factId } from "../../catalog/id.ts";
import { isReplaced, type Planning } from "../planning.ts";
import { typeParts } from "../text/types.ts";
import { isType } from "./type_kinds.ts";

/** Whether a foreign key does not survive that its columns, and those it refers to, change one after the other. */
export function isFragileKey(fact: FactOf<"constraint">, planning: Planning): boolean {
  const { payload, name } = fact;
  if (payload.type !== "foreign key") return false;
  const own = { schema: name.schema ?? "public", name: name.relation ?? "" };
  return payload.columns.some((column, position) => {
    const change = retyping(own, column, planning);
    const other = retyping(payload.table, payload.tableColumns[position] ?? "", planning);
    // Over periods a GiST index answers, which compares values of one type alone.
    const isComparable = payload.period !== true && change.isComparable && other.isComparable;
    return change.isOther && other.isOther && !isComparable;
  });
}

interface Retyping {
  readonly isOther: boolean;
  /** Values of the old type and of the new one can be compared. */
  readonly isComparable: boolean;
}

function retyping(
  { schema, name: relation }: { readonly schema: string; readonly name: string },
  name: string,
  planning: Planning,
): Retyping {
  const id = factId("column", { schema, relation, name });
  const [from, to] = [planning.from.find("column", id), planning.to.find("column", id)];
  if (from === undefined || to === undefined) return { isOther: false, isComparable: true };
  const isMadeAgain = to.references.some(
    (type) => isReplaced(planning, type) && isType(planning.to.get(type)),
  );
  const isOther = isMadeAgain || from.payload.type !== to.payload.type;
  const isComparable = !isMadeAgain && familyOf(from.payload.type) === familyOf(to.payload.type);
  return { isOther, isComparable };
}

/** Types that share one family of operators. */
function familyOf(type: string): string {
  const { base, isArray } = typeParts(type);
  return isArray ? `${base}[]` : (families.get(base) ?? base);
}

const families: ReadonlyMap<string, string> = new Map([
  ["smallint", "integer"],
  ["integer", "integer"],
  ["bigint", "integer"],
  ["text", "text"],
  ["character varying", "text"],
]);
