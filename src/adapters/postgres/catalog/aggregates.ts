/** Aggregates of all kinds: pg_aggregate. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { AggregateFinal, AggregatePayload } from "../../../catalog/payloads/code.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined, flag, nonEmpty, unless } from "./attributes.ts";
import { family, inSchemas, operatorName, procedureName, type Family } from "./family.ts";
import { argumentColumns, argumentsOf, parallelSafety, type ArgumentColumns } from "./routines.ts";

interface AggregateRow extends ArgumentColumns {
  readonly oid: number;
  readonly proname: string;
  readonly pronamespace: number;
  readonly proowner: number;
  readonly proparallel: string;
  readonly input_types: readonly string[];
  readonly returns: string;
  readonly aggkind: string;
  readonly aggnumdirectargs: number;
  readonly transition: QualifiedName;
  readonly final: QualifiedName | null;
  readonly combine: QualifiedName | null;
  readonly serialize: QualifiedName | null;
  readonly deserialize: QualifiedName | null;
  readonly moving_transition: QualifiedName | null;
  readonly moving_inverse: QualifiedName | null;
  readonly moving_final: QualifiedName | null;
  readonly aggfinalextra: boolean;
  readonly aggmfinalextra: boolean;
  readonly aggfinalmodify: string;
  readonly aggmfinalmodify: string;
  readonly sort_operator: QualifiedName | null;
  readonly state_type: string;
  readonly aggtransspace: number;
  readonly moving_state_type: string | null;
  readonly aggmtransspace: number;
  readonly agginitval: string | null;
  readonly aggminitval: string | null;
}

export const aggregates: Family = family<AggregateRow>({
  name: "pg_aggregate",
  query: (server) => `
    select p.oid, p.proname, p.pronamespace, p.proowner, p.proparallel, ${argumentColumns},
      format_type(p.prorettype, null) as returns, a.aggkind, a.aggnumdirectargs,
      ${procedureName("a.aggtransfn")} as transition, ${procedureName("a.aggfinalfn")} as final,
      ${procedureName("a.aggcombinefn")} as combine, ${procedureName("a.aggserialfn")} as serialize,
      ${procedureName("a.aggdeserialfn")} as deserialize,
      ${procedureName("a.aggmtransfn")} as moving_transition,
      ${procedureName("a.aggminvtransfn")} as moving_inverse,
      ${procedureName("a.aggmfinalfn")} as moving_final,
      a.aggfinalextra, a.aggmfinalextra, a.aggfinalmodify, a.aggmfinalmodify,
      ${operatorName("a.aggsortop")} as sort_operator,
      format_type(a.aggtranstype, null) as state_type, a.aggtransspace,
      case when a.aggmtranstype <> 0 then format_type(a.aggmtranstype, null) end as moving_state_type,
      a.aggmtransspace, a.agginitval, a.aggminitval
    from pg_aggregate a
    join pg_proc p on p.oid = a.aggfnoid
    where ${inSchemas("p.pronamespace", server)}`,
  rowOf: (row) => ["pg_proc", row.oid],
  add: (row, build) => {
    if (build.isMember("pg_proc", row.oid)) return;
    const schema = build.schema(row.pronamespace);
    build.add({
      kind: "aggregate",
      name: { schema: schema.name, name: row.proname, arguments: row.input_types },
      parent: schema.parent,
      address: ["pg_proc", row.oid],
      payload: aggregatePayload(row, build.owner(row.proowner)),
    });
  },
});

function aggregatePayload(row: AggregateRow, owner: string | undefined): PayloadOf["aggregate"] {
  return defined<AggregatePayload>({
    owner,
    arguments: nonEmpty(argumentsOf(row)),
    form: formOf(row.aggkind),
    directArguments: row.aggkind === "n" ? undefined : row.aggnumdirectargs,
    returns: row.returns,
    transition: row.transition,
    stateType: row.state_type,
    stateSpace: unless(row.aggtransspace, 0),
    final: finalOf(row, row.final, row.aggfinalextra, row.aggfinalmodify),
    combine: row.combine,
    serialize: row.serialize,
    deserialize: row.deserialize,
    initial: row.agginitval,
    moving: movingOf(row),
    sortOperator: row.sort_operator,
    parallel: parallelSafety(row.proparallel),
  });
}

function formOf(kind: string): AggregatePayload["form"] {
  if (kind === "o") return "ordered-set";
  return kind === "h" ? "hypothetical-set" : undefined;
}

const modifications: Readonly<Record<string, NonNullable<AggregateFinal["modify"]>>> = {
  r: "read_only",
  s: "shareable",
  w: "read_write",
};

function finalOf(
  row: AggregateRow,
  final: QualifiedName | null,
  ...[extra, modify]: readonly [boolean, string]
): AggregateFinal | undefined {
  if (final === null) return undefined;
  const usual = row.aggkind === "n" ? "r" : "w";
  return defined<AggregateFinal>({
    function: final,
    extra: flag(extra),
    modify: modify === usual ? undefined : modifications[modify],
  });
}

function movingOf(row: AggregateRow): AggregatePayload["moving"] {
  if (row.moving_transition === null || row.moving_inverse === null) return undefined;
  return defined<NonNullable<AggregatePayload["moving"]>>({
    transition: row.moving_transition,
    inverse: row.moving_inverse,
    stateType: row.moving_state_type ?? "",
    stateSpace: unless(row.aggmtransspace, 0),
    final: finalOf(row, row.moving_final, row.aggmfinalextra, row.aggmfinalmodify),
    initial: row.aggminitval,
  });
}
