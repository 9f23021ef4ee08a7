/**
 * A catalog in which indexes, constraints and owned sequences are called by what they are instead of by their names,
 * everywhere that they are mentioned, so that two schemas which differ in such names alone are equal. For comparison
 * only: nothing of it is shown to a server.
 */
import type { JsonValue } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import { canonicalRecord } from "./canonical.ts";
import type { Catalog, Fact, Payload } from "./fact.ts";
import type { Kind } from "./kinds.ts";
import { factId, printName, type FactId } from "./id.ts";

export function withoutNames(catalog: Catalog, asideOf: AsideOf): Catalog {
  const renamed = newIds(catalog, asideOf);
  const sequences = sequenceTexts(catalog, renamed);
  const facts = new Map<FactId, Fact>();
  for (const fact of catalog.facts.values()) {
    const id = renameWithin(fact.id, renamed);
    const parent = fact.parent === undefined ? undefined : renameWithin(fact.parent, renamed);
    const payload = renamedPayload(fact, { renamed, sequences });
    const references = fact.references.map((reference) => renamed.get(reference) ?? reference);
    facts.set(id, renamedFact(fact, { id, parent, payload, references }));
  }
  return { ...catalog, facts };
}

/** Attributes of a kind that do not count. */
type AsideOf = (kind: Kind) => readonly string[] | undefined;

type Renamed = ReadonlyMap<FactId, FactId>;

/** Old id -> what it is. Two that are the same in all respects are numbered in the order of their names. */
function newIds(catalog: Catalog, asideOf: AsideOf): Renamed {
  const renamed = new Map<FactId, FactId>();
  const taken = new Map<FactId, number>();
  const nameless = [...catalog.facts.values()].filter(isNameless);
  for (const fact of nameless.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const base = nameOfContent(fact, catalog, asideOf);
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    const id = count === 1 ? base : `${base}.${count}`;
    renamed.set(fact.id, id);
    // The index behind a constraint has a name of its own, by which comments and tables mention it.
    if (fact.kind === "constraint" && fact.name.schema !== undefined) {
      renamed.set(indexId(fact.name.schema, fact.name.name), `index of ${id}`);
    }
  }
  return renamed;
}

function isNameless(fact: Fact): boolean {
  if (fact.kind === "sequence") return fact.payload.ownedBy !== undefined;
  return fact.kind === "index" || fact.kind === "constraint";
}

function nameOfContent(fact: Fact, catalog: Catalog, asideOf: AsideOf): FactId {
  if (fact.kind === "sequence" && fact.payload.ownedBy !== undefined) {
    const { schema, table, column } = fact.payload.ownedBy;
    return `sequence:#${printName({ schema, relation: table, name: column })}`;
  }
  const parent = fact.parent === undefined ? undefined : catalog.facts.get(fact.parent);
  const place = parent === undefined ? "" : printName(parent.name);
  const aside = ["attachedTo", ...(asideOf(fact.kind) ?? [])];
  const content = sha256(canonicalRecord(fact.payload, aside)).slice(0, 16);
  return `${fact.kind}:${place}#${content}`;
}

function indexId(schema: string, name: string): FactId {
  return factId("index", { schema, name });
}

/** `nextval('public.t_id_seq'::regclass)` as the server writes it -> what stands for it. */
function sequenceTexts(catalog: Catalog, renamed: Renamed): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { kind, id, name } of catalog.facts.values()) {
    const other = renamed.get(id);
    if (kind !== "sequence" || other === undefined) continue;
    const written = printName(name).replaceAll("'", "''");
    texts.set(`nextval('${written}'::regclass)`, `nextval(${other})`);
  }
  return texts;
}

interface Renaming {
  readonly renamed: Renamed;
  readonly sequences: ReadonlyMap<string, string>;
}

/** Each attribute that can mention such a name, whichever kind has it. */
function renamedPayload(fact: Fact, { renamed, sequences }: Renaming): Payload {
  const payload: Payload = fact.payload;
  const schema = fact.name.schema ?? "";
  const index = (name: string): string => renamed.get(indexId(schema, name)) ?? name;
  const changes: Record<string, JsonValue> = {};
  const { attachedTo, clusterOn, expression, identity, notNull, on, replicaIdentity } = payload;
  if (isRecord(attachedTo)) {
    const id = indexId(textOf(attachedTo["schema"]), textOf(attachedTo["name"]));
    changes["attachedTo"] = renamed.get(id) ?? attachedTo;
  }
  if (typeof clusterOn === "string") changes["clusterOn"] = index(clusterOn);
  if (isRecord(replicaIdentity)) {
    changes["replicaIdentity"] = { index: index(textOf(replicaIdentity["index"])) };
  }
  if (typeof expression === "string") {
    changes["expression"] = sequences.get(expression) ?? expression;
  }
  if (isRecord(identity) && isRecord(identity["sequence"])) {
    const { schema: _schema, name: _name, ...options } = identity["sequence"];
    changes["identity"] = { ...identity, sequence: options };
  }
  if (isRecord(notNull)) {
    const { name: _name, ...rest } = notNull;
    changes["notNull"] = rest;
  }
  if (isRecord(on)) changes["on"] = { ...on, id: renameWithin(textOf(on["id"]), renamed) };
  return Object.keys(changes).length === 0 ? payload : { ...payload, ...changes };
}

/** Of comments and grants: their id ends in the id of what they are on, or holds it before an arrow. */
function renameWithin(id: FactId, renamed: Renamed): FactId {
  const known = renamed.get(id);
  if (known !== undefined) return known;
  const colon = id.indexOf(":");
  const arrow = id.lastIndexOf("->");
  const subject = arrow === -1 ? id.slice(colon + 1) : id.slice(colon + 1, arrow);
  const other = renamed.get(subject);
  if (other === undefined) return id;
  return `${id.slice(0, colon + 1)}${other}${arrow === -1 ? "" : id.slice(arrow)}`;
}

function isRecord(value: JsonValue | undefined): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

type Replaced = Pick<Fact, "id" | "parent" | "references"> & { readonly payload: Payload };

/** For comparison only: the payload's names are not such that a server would know. */
function renamedFact(fact: Fact, replaced: Replaced): Fact {
  return { ...fact, ...replaced } as unknown as Fact;
}
