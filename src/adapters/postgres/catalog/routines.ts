/** Functions, window functions and procedures: pg_proc. */
import { factId } from "../../../catalog/id.ts";
import type { Finding } from "../../../core/findings.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { Argument, FunctionPayload } from "../../../catalog/payloads/code.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined, flag, nonEmpty } from "./attributes.ts";
import type { CatalogBuild } from "./build.ts";
import { family, inSchemas, procedureName, type Family } from "./family.ts";

interface RoutineRow {
  readonly oid: number;
  readonly proname: string;
  readonly pronamespace: number;
  readonly proowner: number;
  readonly prokind: "f" | "p" | "w";
  readonly language: string;
  readonly input_types: readonly string[];
  readonly all_types: readonly string[];
  readonly proargmodes: readonly string[] | null;
  readonly proargnames: readonly string[] | null;
  readonly defaults: readonly (string | null)[] | null;
  readonly returns: string | null;
  readonly prosrc: string;
  readonly probin: string | null;
  readonly sql_body: string | null;
  readonly provolatile: string;
  readonly proleakproof: boolean;
  readonly proisstrict: boolean;
  readonly prosecdef: boolean;
  readonly proparallel: string;
  readonly procost: number;
  readonly prorows: number;
  readonly support: QualifiedName | null;
  readonly proconfig: readonly string[] | null;
  readonly transforms: readonly string[] | null;
  /** The range type that the server made this function for. */
  readonly range: number | null;
}

/** The columns of a routine's arguments, for routines and for aggregates. */
export const argumentColumns = `
  array(select format_type(a.type, null) from unnest(p.proargtypes) with ordinality a (type, at) order by at)
    as input_types,
  array(select format_type(a.type, null)
    from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality a (type, at) order by at)
    as all_types,
  p.proargmodes::text[] as proargmodes, p.proargnames`;

export const routines: Family = family<RoutineRow>({
  name: "pg_proc",
  query: (server) => `
    select p.oid, p.proname, p.pronamespace, p.proowner, p.prokind, l.lanname as language,
      ${argumentColumns},
      case when p.pronargdefaults > 0 then array(
        select pg_get_function_arg_default(p.oid, k)
        from generate_series(1, coalesce(array_length(p.proallargtypes, 1), p.pronargs)) k order by k
      ) end as defaults,
      pg_get_function_result(p.oid) as returns, p.prosrc, p.probin, pg_get_function_sqlbody(p.oid) as sql_body,
      p.provolatile, p.proleakproof, p.proisstrict, p.prosecdef, p.proparallel, p.procost, p.prorows,
      case when p.prosupport <> 0 then ${procedureName("p.prosupport")} end as support, p.proconfig,
      case when p.protrftypes is not null then array(
        select format_type(a.type, null) from unnest(p.protrftypes) with ordinality a (type, at) order by at
      ) end as transforms, d.refobjid as range
    from pg_proc p
    join pg_language l on l.oid = p.prolang
    left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i'
      and d.refclassid = 'pg_type'::regclass
    where p.prokind <> 'a' and ${inSchemas("p.pronamespace", server)}`,
  add: (row, build) => {
    if (!build.isMember("pg_proc", row.oid)) addRoutine(row, build);
  },
});

function addRoutine(row: RoutineRow, build: CatalogBuild): void {
  const schema = build.schema(row.pronamespace);
  const kind = row.prokind === "p" ? "procedure" : "function";
  const name = { schema: schema.name, name: row.proname, arguments: row.input_types };
  const range = row.range === null ? undefined : build.find("pg_type", row.range);
  if (range !== undefined) {
    const id = factId(kind, name);
    build.address("pg_proc", row.oid, range, { kind, id });
    if (!isAsMadeForRange(row)) build.findings.push(changedApart(id));
    return;
  }
  build.add({
    kind,
    name,
    parent: schema.parent,
    address: ["pg_proc", row.oid],
    payload: defined<PayloadOf["function"]>({
      owner: build.owner(row.proowner),
      arguments: nonEmpty(argumentsOf(row)),
      returns: row.prokind === "p" ? undefined : row.returns,
      language: row.language,
      ...bodyOf(row),
      window: flag(row.prokind === "w"),
      volatility: volatilities[row.provolatile],
      leakproof: flag(row.proleakproof),
      strict: flag(row.proisstrict),
      securityDefiner: flag(row.prosecdef),
      parallel: parallelSafety(row.proparallel),
      cost: row.procost === usualCost(row.language) ? undefined : row.procost,
      rows: row.prorows === 0 || row.prorows === 1000 ? undefined : row.prorows,
      support: row.support,
      settings: nonEmpty(settingsOf(row.proconfig)),
      transforms: nonEmpty(row.transforms),
    }),
  });
}

const firstRole = 10;

/** The server makes them all alike, and owned by the role that made the cluster. */
function isAsMadeForRange(row: RoutineRow): boolean {
  return (
    row.proowner === firstRole &&
    row.procost === 1 &&
    row.provolatile === "i" &&
    row.proparallel === "s" &&
    row.support === null &&
    row.proconfig === null &&
    !row.proleakproof &&
    !row.prosecdef
  );
}

function changedApart(object: string): Finding {
  return {
    code: "CATALOG.NOT_MODELLED",
    severity: "warning",
    object,
    message:
      "it came with its range type and was altered apart from it: no comparison and no dump shows that",
    hint: "Keep the ALTER FUNCTION in a migration of your own, which deploys run; or take it back.",
  };
}

const volatilities: Readonly<Record<string, "immutable" | "stable">> = {
  i: "immutable",
  s: "stable",
};

export function parallelSafety(letter: string): "restricted" | "safe" | undefined {
  if (letter === "s") return "safe";
  return letter === "r" ? "restricted" : undefined;
}

function usualCost(language: string): number {
  return language === "c" || language === "internal" ? 1 : 100;
}

type Body = Pick<FunctionPayload, "body" | "sqlBody" | "symbol">;

function bodyOf(row: RoutineRow): Body {
  if (row.sql_body !== null) return { sqlBody: row.sql_body };
  if (row.language === "internal") return { symbol: { name: row.prosrc } };
  if (row.probin !== null) return { symbol: { file: row.probin, name: row.prosrc } };
  return { body: row.prosrc };
}

const modes: Readonly<Record<string, "out" | "inout" | "variadic" | "table">> = {
  o: "out",
  b: "inout",
  v: "variadic",
  t: "table",
};

export interface ArgumentColumns {
  readonly all_types: readonly string[];
  readonly proargmodes: readonly string[] | null;
  readonly proargnames: readonly string[] | null;
  readonly defaults?: readonly (string | null)[] | null;
}

export function argumentsOf(row: ArgumentColumns): readonly Argument[] {
  return row.all_types.map((type, at) =>
    defined<Argument>({
      mode: modes[row.proargmodes?.[at] ?? "i"],
      name: row.proargnames?.[at] === "" ? undefined : row.proargnames?.[at],
      type,
      default: row.defaults?.[at],
    }),
  );
}

export function settingsOf(
  entries: readonly string[] | null,
): readonly { readonly name: string; readonly value: string }[] {
  return (entries ?? []).map((entry) => {
    const at = entry.indexOf("=");
    return { name: entry.slice(0, at), value: entry.slice(at + 1) };
  });
}
