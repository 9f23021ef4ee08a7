/**
 * A catalog under construction: the facts so far, and the server's OIDs by which rows of different catalogs find each
 * other. Nothing of an OID survives `finish`.
 */
import type { Finding } from "../../../core/findings.ts";
import type { Catalog, Fact, Payload, TakenOut } from "../../../catalog/fact.ts";
import type { Privileges, Subject } from "../../../catalog/payloads/access.ts";
import { factId, printPart, type FactId, type FactName } from "../../../catalog/id.ts";
import type { Kind } from "../../../catalog/kinds.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import type {
  ColumnPayload,
  IndexShape,
  Options,
  QualifiedName,
} from "../../../catalog/payloads/relations.ts";
import { compareText, isIdentical } from "../../../catalog/compare.ts";
import type { SharedParts, Sharing } from "../../../catalog/shared_parts.ts";
import type { AclItem } from "./acl.ts";

export type CatalogRow = readonly [catalog: string, oid: number];

/** A relation that is read, with what its columns, constraints and indexes ask of it. */
export interface Relation {
  readonly oid: number;
  readonly id: FactId;
  readonly name: QualifiedName;
  readonly owner: number;
  /** By attribute number; dropped columns and system columns are holes. */
  readonly columns: (RelationColumn | undefined)[];
  /** What the ids of its columns begin with. */
  readonly columnIds: string;
  /** Behind a composite type: its columns are attributes. */
  readonly composite: boolean;
  readonly partition: boolean;
}

export interface RelationColumn {
  readonly name: string;
  readonly id: FactId;
  readonly typeOid: number;
  readonly collationOid: number;
  readonly generated: "stored" | "virtual" | undefined;
}

/** What a column has of its type when nothing else is said. */
export interface ColumnType {
  readonly type: string;
  readonly collation: number;
  /** The letter. */
  readonly storage: string;
  /** What columns have that differ in nothing but their place and NOT NULL, by these: thousands share each. */
  readonly plain: Map<number, ColumnPayload>;
}

/** What a column of an index has of its own. */
export interface KeyExtras {
  readonly attribute: number;
  readonly operatorClassOptions: Options | undefined;
  readonly statisticsTarget: number | undefined;
}

export interface OperatorClassName {
  readonly name: QualifiedName;
  readonly isDefault: boolean;
  readonly inputType: number;
}

/** What a read needs to know of the server before the families of catalogs are asked. */
export interface ServerView {
  readonly major: number;
  /** The schemas that are read, by OID. */
  readonly schemas: ReadonlyMap<number, string>;
  /** Nobody asked for some schemas only. */
  readonly isWhole: boolean;
  /** Schemas of tools, of which nothing is read but that they are there, since an extension lies in them. */
  readonly toolHomes: ReadonlySet<number>;
  /** All schemas, for the names of what is referred to. */
  readonly allSchemas: ReadonlyMap<number, string>;
  readonly roles: ReadonlyMap<number, string>;
  /** Written as no owner at all, so that catalogs made by different roles compare. */
  readonly defaultOwners: ReadonlySet<number>;
  /** Catalog name -> OID of a member -> name of the extension. */
  readonly extensionMembers: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Of the catalogs that are often empty (filled.ts), those that are not. */
  readonly filled: ReadonlySet<string>;
  /** Patterns of role names; undefined: roles are not read. */
  readonly options: { readonly roles: readonly string[] | undefined };
  /** The reader may see everything. */
  readonly superuser: boolean;
}

export interface Draft<K extends Kind> {
  readonly kind: K;
  readonly name: FactName;
  readonly parent?: FactId | undefined;
  readonly payload: PayloadOf[K];
  /** The row that this fact stands for: `["pg_class", 16385]`. */
  readonly address?: readonly [catalog: string, oid: number] | undefined;
  /** For kinds whose id is not made of the name. */
  readonly id?: FactId;
  /** What an id that is made of the name has before the printed name itself, where that is known already. */
  readonly idStart?: string;
  readonly secretReferences?: Readonly<Record<string, string>> | undefined;
  readonly immovable?: boolean;
  readonly initially?: Privileges | undefined;
}

export interface CatalogBuild {
  readonly server: ServerView;
  readonly relations: Map<number, Relation>;
  /** The indexes behind constraints, until their constraints take them. */
  readonly constraintIndexes: Map<number, IndexShape>;
  /** The server's own catalogs, by their OIDs. */
  readonly catalogs: Map<number, string>;
  readonly accessMethods: Map<number, string>;
  readonly operatorClasses: Map<number, OperatorClassName>;
  readonly collations: Map<number, QualifiedName>;
  /** Domain -> the type or domain that it is made of. */
  readonly domainBases: Map<number, number>;
  /** Array type -> element type. */
  readonly elementTypes: Map<number, number>;
  /** By the type's OID, by its modifiers. */
  readonly columnTypes: Map<number, Map<number, ColumnType>>;
  /** By the index's OID, until the index takes them. */
  readonly keyExtras: Map<number, KeyExtras[]>;
  readonly aclItems: Map<string, AclItem>;
  readonly findings: Finding[];
  add<K extends Kind>(draft: Draft<K>): FactId;
  /** Replaces attributes of a fact that another catalog's row completes. */
  patch(id: FactId, changes: Payload): void;
  /** That it was taken out of an extension. */
  takeOut(id: FactId, of: TakenOut): void;
  get(id: FactId): Fact | undefined;
  /**
   * A second row that stands for a fact: a view's rewrite rule, an index behind a constraint. Where that row can be
   * commented or granted on by a name of its own, `subject` is that name.
   */
  address(catalog: string, oid: number, id: FactId, subject?: Subject): void;
  /** What a comment, a grant or a label on a row is on, and the fact that carries it. */
  subject(
    catalog: string,
    oid: number,
    column?: number,
  ): { readonly on: Subject; readonly parent: FactId } | undefined;
  /** The fact that a row stands for; of an extension's member, the extension. */
  find(catalog: string, oid: number, column?: number): FactId | undefined;
  refer(from: FactId, to: FactId | undefined): void;
  /** Absent for the default owner. */
  owner(oid: number): string | undefined;
  /** A row that was returned, and so is not forgotten even if it became no fact. */
  seen(catalog: string, oid: number): void;
  isAccountedFor(catalog: string, oid: number): boolean;
  isMember(catalog: string, oid: number): boolean;
  /** A schema's name, and its fact where it has one: the parent of what is in it. */
  schema(oid: number): { readonly name: string; readonly parent: FactId | undefined };
  finish(): Catalog;
}

const noReferences: readonly FactId[] = [];

interface OpenFact {
  readonly kind: Kind;
  readonly id: FactId;
  readonly name: FactName;
  readonly parent: FactId | undefined;
  payload: Payload;
  references: readonly FactId[];
  secretReferences?: Readonly<Record<string, string>>;
  takenOut?: TakenOut;
  immovable?: true;
  initially?: Privileges;
}

export function openBuild(server: ServerView, shared?: SharedParts): CatalogBuild {
  const facts = new Map<FactId, OpenFact>();
  const sharing = shared?.join();
  const findings: Finding[] = [];
  const rows = openRows(server, facts);
  return {
    server,
    relations: rows.relations,
    constraintIndexes: new Map(),
    catalogs: new Map(),
    accessMethods: new Map(),
    operatorClasses: new Map(),
    collations: new Map(),
    domainBases: new Map(),
    elementTypes: new Map(),
    columnTypes: new Map(),
    keyExtras: new Map(),
    aclItems: new Map(),
    findings,
    ...rows.byAddress,
    add: (draft) => {
      const fact = openFact(draft, sharing);
      facts.set(fact.id, fact);
      if (draft.address !== undefined) rows.byAddress.address(...draft.address, fact.id);
      return fact.id;
    },
    patch: (id, changes) => {
      const fact = facts.get(id);
      if (fact !== undefined) fact.payload = { ...fact.payload, ...changes };
    },
    takeOut: (id, of) => {
      const fact = facts.get(id);
      if (fact !== undefined) fact.takenOut = of;
    },
    get: (id) => closed(facts.get(id)),
    refer: (from, to) => {
      const fact = to === undefined || to === from ? undefined : facts.get(from);
      if (fact === undefined || to === undefined || to === fact.parent) return;
      fact.references = fact.references.length === 0 ? [to] : [...fact.references, to];
    },
    owner: (oid) =>
      server.defaultOwners.has(oid) ? undefined : (server.roles.get(oid) ?? `${oid}`),
    isMember: (catalog, oid) => server.extensionMembers.get(catalog)?.has(oid) ?? false,
    schema: (oid) => {
      const name = server.allSchemas.get(oid) ?? `${oid}`;
      const id = factId("schema", { name });
      return { name, parent: facts.has(id) ? id : undefined };
    },
    finish: () => finish({ server, facts, findings }),
  };
}

/** Written out, without a spread: this runs once per fact. */
function openFact<K extends Kind>(draft: Draft<K>, sharing: Sharing | undefined): OpenFact {
  const { kind, parent } = draft;
  const { payload: own }: { readonly payload: Payload } = draft;
  const alike = sharing?.alike({ kind, name: draft.name, id: draft.id });
  const id = alike?.id ?? draft.id ?? idOf(draft);
  const name = alike?.name ?? draft.name;
  const payload = alike !== undefined && isIdentical(own, alike.payload) ? alike.payload : own;
  const fact: OpenFact = { kind, id, name, parent, payload, references: noReferences };
  if (draft.secretReferences !== undefined) fact.secretReferences = draft.secretReferences;
  if (draft.immovable === true) fact.immovable = true;
  if (draft.initially !== undefined) fact.initially = draft.initially;
  sharing?.add(fact);
  return fact;
}

function idOf({ kind, name, idStart }: Draft<Kind>): FactId {
  return idStart === undefined ? factId(kind, name) : idStart + printPart(name.name);
}

type ByAddress = Pick<CatalogBuild, "address" | "subject" | "find" | "seen" | "isAccountedFor">;

/** Which fact each row of the server's catalogs stands for. */
function openRows(
  server: ServerView,
  facts: ReadonlyMap<FactId, OpenFact>,
): { readonly relations: Map<number, Relation>; readonly byAddress: ByAddress } {
  const addresses = new Map<string, Map<number, FactId>>();
  const seen = new Map<string, Set<number>>();
  const subjects = new Map<string, Subject>();
  const relations = new Map<number, Relation>();
  const own = (catalog: string, oid: number, column: number): FactId | undefined =>
    column !== 0 && catalog === "pg_class"
      ? relations.get(oid)?.columns[column]?.id
      : addresses.get(catalog)?.get(oid);
  const byAddress: ByAddress = {
    address: (catalog, oid, id, subject) => {
      if (subject !== undefined) subjects.set(`${catalog}:${oid}`, subject);
      const known = addresses.get(catalog);
      if (known === undefined) addresses.set(catalog, new Map([[oid, id]]));
      else known.set(oid, id);
    },
    subject: (catalog, oid, column = 0) => {
      if (column < 0) return systemColumn(relations.get(oid), column);
      const parent = own(catalog, oid, column);
      const fact = parent === undefined ? undefined : facts.get(parent);
      if (parent === undefined || fact === undefined) return undefined;
      const on = subjects.get(`${catalog}:${oid}`) ?? { kind: fact.kind, id: fact.id };
      return { on, parent };
    },
    find: (catalog, oid, column = 0) =>
      own(catalog, oid, column) ?? own(catalog, oid, 0) ?? extensionOf(server, catalog, oid),
    seen: (catalog, oid) => {
      if (addresses.get(catalog)?.has(oid) === true) return;
      const known = seen.get(catalog);
      if (known === undefined) seen.set(catalog, new Set([oid]));
      else known.add(oid);
    },
    isAccountedFor: (catalog, oid) =>
      addresses.get(catalog)?.has(oid) === true ||
      seen.get(catalog)?.has(oid) === true ||
      server.extensionMembers.get(catalog)?.has(oid) === true,
  };
  return { relations, byAddress };
}

/** By attribute number; they come with every table, can be granted on and commented, and are no facts. */
const systemColumns: Readonly<Record<number, string>> = {
  [-1]: "ctid",
  [-2]: "xmin",
  [-3]: "cmin",
  [-4]: "xmax",
  [-5]: "cmax",
  [-6]: "tableoid",
};

function systemColumn(
  relation: Relation | undefined,
  attribute: number,
): ReturnType<CatalogBuild["subject"]> {
  const name = systemColumns[attribute];
  if (relation === undefined || name === undefined) return undefined;
  const id = `${relation.columnIds}${printPart(name)}`;
  return { on: { kind: "column", id }, parent: relation.id };
}

function extensionOf(server: ServerView, catalog: string, oid: number): FactId | undefined {
  const extension = server.extensionMembers.get(catalog)?.get(oid);
  return extension === undefined ? undefined : factId("extension", { name: extension });
}

interface Finished {
  readonly server: ServerView;
  readonly facts: Map<FactId, OpenFact>;
  readonly findings: readonly Finding[];
}

/** References to what is not read say nothing and are left out. */
function finish({ server, facts, findings }: Finished): Catalog {
  for (const fact of facts.values()) {
    const { references } = fact;
    if (references.length === 0) continue;
    const kept = references.every((id) => facts.has(id))
      ? references
      : references.filter((id) => facts.has(id));
    fact.references = sortedOnce(kept);
  }
  return { major: server.major, facts: closedFacts(facts), findings };
}

/** Two are what most facts with several have, and those come in order. */
function sortedOnce(ids: readonly FactId[]): readonly FactId[] {
  const [first, second] = ids;
  if (first === undefined || second === undefined) return ids;
  const isInOrder = ids.length === 2 && compareText(first, second) < 0;
  return isInOrder ? ids : [...new Set(ids)].sort(compareText);
}

/** `add` takes kind and payload as one correlated pair, which the map's type cannot express. */
function closed(fact: OpenFact | undefined): Fact | undefined {
  return fact as Fact | undefined;
}

/** As above. */
function closedFacts(facts: ReadonlyMap<FactId, OpenFact>): ReadonlyMap<FactId, Fact> {
  return facts as unknown as ReadonlyMap<FactId, Fact>;
}
