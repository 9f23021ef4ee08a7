/** Triggers: pg_trigger. Those that the server makes for foreign keys are the constraints' own. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { TriggerPayload } from "../../../catalog/payloads/code.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { factId } from "../../../catalog/id.ts";
import { defined, enableState, flag, nonEmpty } from "./attributes.ts";
import type { Relation, ServerView } from "./build.ts";
import { family, inSchemas, procedureName, type Family } from "./family.ts";
import { clauseInParentheses } from "./deparsed.ts";

interface TriggerRow {
  readonly oid: number;
  readonly tgname: string;
  readonly tgrelid: number;
  readonly tgtype: number;
  readonly tgenabled: string;
  readonly inherited: boolean;
  readonly constraint_oid: number;
  readonly from_table: QualifiedName | null;
  readonly tgdeferrable: boolean;
  readonly tginitdeferred: boolean;
  readonly tgattr: readonly number[];
  readonly arguments_hex: string;
  readonly definition: string | null;
  readonly tgoldtable: string | null;
  readonly tgnewtable: string | null;
  readonly function: QualifiedName;
}

export const triggers: Family = family<TriggerRow>({
  name: "pg_trigger",
  query: (server) => `
    select t.oid, t.tgname, t.tgrelid, t.tgtype, t.tgenabled, t.tgparentid <> 0 as inherited,
      t.tgconstraint as constraint_oid,
      case when t.tgconstrrelid <> 0 then (
        select json_build_object('schema', fn.nspname, 'name', f.relname)
        from pg_class f join pg_namespace fn on fn.oid = f.relnamespace where f.oid = t.tgconstrrelid
      ) end as from_table,
      t.tgdeferrable, t.tginitdeferred, t.tgattr, encode(t.tgargs, 'hex') as arguments_hex,
      case when t.tgqual is not null then pg_get_triggerdef(t.oid, false) end as definition,
      t.tgoldtable, t.tgnewtable, ${procedureName("t.tgfoid")} as function
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    where ${isDeclared(server)} and ${inSchemas("c.relnamespace", server)}`,
  add: (row, build) => {
    const relation = build.relations.get(row.tgrelid);
    if (relation === undefined || build.isMember("pg_trigger", row.oid)) return;
    const id = build.add({
      kind: "trigger",
      name: { schema: relation.name.schema, relation: relation.name.name, name: row.tgname },
      parent: relation.id,
      address: ["pg_trigger", row.oid],
      payload: triggerPayload(row, relation),
    });
    if (row.constraint_oid === 0) return;
    // A constraint trigger carries two comments: one as a trigger, one as a constraint.
    const name = { ...relation.name, relation: relation.name.name, name: row.tgname };
    const subject = { kind: "constraint", id: factId("constraint", name) } as const;
    build.address("pg_constraint", row.constraint_oid, id, subject);
  },
});

/** Before PostgreSQL 15 a partition's clone of a trigger counts as internal, as those of foreign keys do. */
function isDeclared({ major }: ServerView): string {
  return major >= 15 ? "not t.tgisinternal" : "(not t.tgisinternal or t.tgparentid <> 0)";
}

const rowBit = 1;
const beforeBit = 2;
const insteadBit = 64;
const eventBits = [
  [4, "insert"],
  [8, "delete"],
  [16, "update"],
  [32, "truncate"],
] as const;

function triggerPayload(row: TriggerRow, relation: Relation): PayloadOf["trigger"] {
  const events = eventBits.filter(([bit]) => (row.tgtype & bit) !== 0).map(([, event]) => event);
  const columns = row.tgattr
    .map((attribute) => relation.columns[attribute]?.name)
    .filter((name) => name !== undefined);
  return defined<TriggerPayload>({
    function: row.function,
    timing: timingOf(row.tgtype),
    events,
    columns: nonEmpty(columns),
    forEachRow: flag((row.tgtype & rowBit) !== 0),
    when: row.definition === null ? undefined : clauseInParentheses(row.definition, "WHEN"),
    arguments: nonEmpty(argumentsOf(row.arguments_hex)),
    oldTable: row.tgoldtable,
    newTable: row.tgnewtable,
    constraint: row.constraint_oid === 0 ? undefined : constraintOf(row),
    enabled: enableState(row.tgenabled),
    inherited: flag(row.inherited),
  });
}

function timingOf(bits: number): TriggerPayload["timing"] {
  if ((bits & beforeBit) !== 0) return "before";
  return (bits & insteadBit) !== 0 ? "instead of" : "after";
}

function constraintOf(row: TriggerRow): NonNullable<TriggerPayload["constraint"]> {
  return defined<NonNullable<TriggerPayload["constraint"]>>({
    deferrable: flag(row.tgdeferrable),
    initiallyDeferred: flag(row.tginitdeferred),
    from: row.from_table,
  });
}

/** Each argument ends in a zero byte. */
function argumentsOf(hex: string): readonly string[] {
  if (hex === "") return [];
  return Buffer.from(hex, "hex").toString("utf8").split("\0").slice(0, -1);
}
