/**
 * Which objects a migration has called otherwise, by what the server knows them by: an object that it renamed or moved
 * is the same row of the same catalog in the database of before and after, whatever statement did it. Only then can a
 * way back rename it too, and keep the rows and values that a drop would lose.
 */
import type { Catalog, Fact } from "../../../catalog/fact.ts";
import { factId, printName, type FactId, type FactName } from "../../../catalog/id.ts";
import { numberOf, optionalTextOf, textOf, wordOf } from "../../../ledger/row.ts";
import { asideName, type Rename } from "../../../plan/renames/rename.ts";
import type { Row, Session } from "../../../ports/database.ts";

/** By the server's key. */
export type KnownObjects = ReadonlyMap<string, NamedObject>;

interface NamedObject {
  readonly kind: Rename["kind"];
  readonly name: FactName;
}

/** What is inherited follows its parent, and the index of a constraint its constraint. */
const objectsQuery = `
select 'schema' as kind, oid::int8, 0 as sub, null as schema, null as relation, nspname as name
from pg_namespace
union all
select case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view'
    when 'm' then 'materialized_view' when 'f' then 'foreign_table' when 'S' then 'sequence'
    when 'c' then 'composite' else 'index' end,
  c.oid::int8, 0, n.nspname, null, c.relname
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c', 'i', 'I') and c.relpersistence <> 't'
  and not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
union all
select case c.relkind when 'c' then 'attribute' else 'column' end, c.oid::int8, a.attnum, n.nspname, c.relname, a.attname
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and c.relpersistence <> 't'
  and a.attnum > 0 and not a.attisdropped and a.attinhcount = 0
union all
select case t.typtype when 'e' then 'enum' when 'd' then 'domain' else 'range' end, t.oid::int8, 0, n.nspname, null, t.typname
from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype in ('e', 'd', 'r')
union all
select 'enum value', e.oid::int8, 0, n.nspname, t.typname, e.enumlabel
from pg_enum e join pg_type t on t.oid = e.enumtypid join pg_namespace n on n.oid = t.typnamespace
union all
select 'constraint', k.oid::int8, 0, n.nspname, coalesce(c.relname, t.typname), k.conname
from pg_constraint k join pg_namespace n on n.oid = k.connamespace
left join pg_class c on c.oid = k.conrelid left join pg_type t on t.oid = k.contypid
where k.contype in ('c', 'f', 'p', 'u', 'x') and k.coninhcount = 0 and coalesce(c.relname, t.typname) is not null`;

const asked = [
  ...(["schema", "table", "view", "materialized_view", "foreign_table", "sequence"] as const),
  ...(["composite", "index", "attribute", "column", "enum", "domain", "range"] as const),
  ...(["enum value", "constraint"] as const),
];

/** The session must have its path pinned to the server's own schema. */
export async function readKnownObjects(session: Session): Promise<KnownObjects> {
  const known = new Map<string, NamedObject>();
  for (const row of await session.query(objectsQuery)) {
    const kind = wordOf(row, "kind", asked);
    const key = `${kind} ${numberOf(row, "oid")} ${numberOf(row, "sub")}`;
    known.set(key, { kind, name: nameIn(row) });
  }
  return known;
}

function nameIn(row: Row): FactName {
  const [schema, relation] = [optionalTextOf(row, "schema"), optionalTextOf(row, "relation")];
  return {
    ...(schema === undefined ? {} : { schema }),
    ...(relation === undefined ? {} : { relation }),
    name: textOf(row, "name"),
  };
}

export interface KnownSide {
  readonly catalog: Catalog;
  readonly objects: KnownObjects;
}

/** By which the server knows a side's objects. */
export function serverKeys({ objects }: KnownSide): ReadonlyMap<FactId, string> {
  const known = [...objects].filter(([, { kind }]) => kind !== "enum value");
  return new Map(known.map(([key, { kind, name }]) => [idOf(kind, name), key]));
}

/** What an object is on this side, if it is there. */
export function factOfKey({ catalog, objects }: KnownSide, key: string): Fact | undefined {
  const known = objects.get(key);
  return known === undefined ? undefined : catalog.facts.get(idOf(known.kind, known.name));
}

/** From the state after a migration to the one before it. */
export function renamesBack(after: KnownSide, before: KnownSide): readonly Rename[] {
  const schemas = new Map<string, string>();
  for (const [key, { kind, name }] of after.objects) {
    const was = before.objects.get(key);
    if (kind === "schema" && was !== undefined) schemas.set(name.name, was.name.name);
  }
  const renames = [...after.objects].flatMap(([key, { kind, name }]): readonly Rename[] => {
    const was = before.objects.get(key)?.name;
    if (was === undefined || !isOtherwise(name, was, schemas)) return [];
    const isKnown = has(after.catalog, kind, name) && has(before.catalog, kind, was);
    return isKnown ? [{ kind, old: name, new: was, where: undefined }] : [];
  });
  return withRoom([...renames, ...makingWay(renames, after, before)], after.objects);
}

/** What the migration made under a name that it took from another goes anyway: it goes aside first. */
function makingWay(
  renames: readonly Rename[],
  after: KnownSide,
  before: KnownSide,
): readonly Rename[] {
  const places = new Map(renames.map((rename) => [landingOf(rename), rename]));
  return [...after.objects].flatMap(([key, { kind, name }]): readonly Rename[] => {
    const wanted = places.get(placeOf(kind, name));
    if (wanted === undefined || before.objects.has(key) || !canGoAside(kind)) return [];
    if (!has(after.catalog, kind, name)) return [];
    const aside = { ...wanted.new, name: asideName(name.name) };
    return [{ kind, old: name, new: aside, where: undefined }];
  });
}

function canGoAside(kind: Rename["kind"]): boolean {
  return named.has(kind) || kind === "column" || kind === "attribute";
}

/** Where it comes to lie before anything around it is renamed. */
function landingOf({ kind, old, new: was }: Rename): string {
  return placeOf(kind, was.relation === undefined ? was : { ...old, name: was.name });
}

/** A name of its own, or a move; what is in something that has another name has none of its own thereby. */
function isOtherwise(now: FactName, was: FactName, schemas: ReadonlyMap<string, string>): boolean {
  if (now.name !== was.name) return true;
  if (now.relation !== undefined || now.schema === undefined) return false;
  return (schemas.get(now.schema) ?? now.schema) !== was.schema;
}

/** Without those whose place somebody else has who stays: they come and go as others do. */
function withRoom(renames: readonly Rename[], objects: KnownObjects): readonly Rename[] {
  let left = renames;
  for (;;) {
    const leaving = new Set(left.map(({ kind, old }) => `${kind}:${printName(old)}`));
    const taken = new Set<string>();
    for (const { kind, name } of objects.values()) {
      if (!leaving.has(`${kind}:${printName(name)}`)) taken.add(placeOf(kind, name));
    }
    const next = left.filter((rename) => !taken.has(landingOf(rename)));
    if (next.length === left.length) return next;
    left = next;
  }
}

const named: ReadonlySet<string> = new Set([
  ...["table", "view", "materialized_view", "foreign_table", "sequence", "index", "composite"],
  ...["enum", "domain", "range"],
]);

/** Relations and types share their names. */
function placeOf(kind: Rename["kind"], name: FactName): string {
  const group = named.has(kind) ? "named" : kind === "attribute" ? "column" : kind;
  return `${group}:${printName(name)}`;
}

function has(catalog: Catalog, kind: Rename["kind"], name: FactName): boolean {
  return catalog.facts.has(idOf(kind, name));
}

/** A value of an enum is part of the enum's fact. */
function idOf(kind: Rename["kind"], name: FactName): FactId {
  if (kind !== "enum value") return factId(kind, name);
  const { schema, relation = "" } = name;
  return factId("enum", { ...(schema === undefined ? {} : { schema }), name: relation });
}
