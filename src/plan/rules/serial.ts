/**
 * `serial`: a column, its sequence and its default as the one word that made them. Only where the word makes exactly
 * these; whoever changed anything about the sequence gets it spelled out.
 */
import type { FactOf } from "../../catalog/fact.ts";
import { factId } from "../../catalog/id.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { isCreated, type Planning } from "../planning.ts";
import { usualSequenceName } from "../text/column.ts";
import { qualified } from "../text/names.ts";
import { sameValue } from "../../catalog/compare.ts";
import { tableOf, type TableFact } from "./parents.ts";

const words: Readonly<Record<string, string>> = {
  smallint: "smallserial",
  integer: "serial",
  bigint: "bigserial",
};

/** `serial`, `bigserial`, `smallserial`; undefined for every other column. */
export function serialWord(column: FactOf<"column">, planning: Planning): string | undefined {
  const { payload } = column;
  const word = words[payload.type];
  const sequence = serialSequence(column, planning);
  if (word === undefined || sequence === undefined || payload.inherited === true) return undefined;
  if (payload.notNull === undefined || !isCreated(planning, column.id)) return undefined;
  const table = planning.to.find("table", column.parent);
  if (table?.payload.ofType !== undefined && isCreated(planning, table.id)) return undefined;
  const expected = `nextval(${quoteLiteral(sequenceName(sequence))}::regclass)`;
  const [value] = planning.to.childrenOf("default", column.id);
  return value?.payload.expression === expected ? word : undefined;
}

/** The sequence that the word would make: of the usual name, with the usual options, its table's owner's. */
function serialSequence(
  column: FactOf<"column">,
  planning: Planning,
): FactOf<"sequence"> | undefined {
  const { schema, relation } = column.name;
  const name = usualSequenceName(column);
  if (schema === undefined || relation === undefined || name === undefined) return undefined;
  const sequence = planning.to.find("sequence", factId("sequence", { schema, name }));
  if (sequence === undefined || !isCreated(planning, sequence.id)) return undefined;
  const { owner, type, ownedBy, unlogged, ...options } = sequence.payload;
  const table = tableOf(planning.to, column.parent);
  const isUnlogged = makesUnlogged(table, planning);
  const isUsual =
    Object.keys(options).length === 0 &&
    (unlogged === true) === isUnlogged &&
    (type ?? "bigint") === column.payload.type &&
    owner === table?.payload.owner &&
    sameValue(ownedBy ?? null, { schema, table: relation, column: column.name.name });
  return isUsual ? sequence : undefined;
}

/** Before PostgreSQL 15 every sequence is logged. */
function makesUnlogged(table: TableFact | undefined, { major }: Planning): boolean {
  return major >= 15 && table?.kind === "table" && table.payload.unlogged === true;
}

function sequenceName(sequence: FactOf<"sequence">): string {
  return qualified({ schema: sequence.name.schema ?? "public", name: sequence.name.name });
}

/** The column whose serial makes this sequence. */
export function serialColumn(
  sequence: FactOf<"sequence">,
  planning: Planning,
): FactOf<"column"> | undefined {
  const { ownedBy } = sequence.payload;
  if (ownedBy === undefined) return undefined;
  const { schema, table, column } = ownedBy;
  const found = planning.to.find(
    "column",
    factId("column", { schema, relation: table, name: column }),
  );
  if (found === undefined || serialWord(found, planning) === undefined) return undefined;
  return serialSequence(found, planning)?.id === sequence.id ? found : undefined;
}
