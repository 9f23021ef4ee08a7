/**
 * What a plan asks of the server, from its statements' syntax: how many locks its largest transaction takes,
 * where it creates, and which rights it needs on what is there. What is inside of functions and DO blocks is not seen, so this refuses nothing that could work,
 * and misses some that can't. Fed while the statements are read, so that none is parsed twice.
 */
import type { RelationUse, StatementFacts } from "../sql/facts.ts";
import type { ParsedStatement } from "../sql/parse.ts";
import { textAt } from "../sql/syntax.ts";
import { createRightsTally, type NeededRights } from "./rights.ts";

export interface PlanNeeds {
  /** The most relations that one transaction of the plan creates or touches, each of them a lock. */
  readonly locksMax: number;
  /** Schemas that the plan creates objects in; those that the plan itself makes are not among them. */
  readonly createIn: readonly string[];
  /** It creates objects by names without a schema, while search_path is the session's own. */
  readonly createsUnqualified: boolean;
  readonly createsSchemas: boolean;
  /** On what was there before. */
  readonly rights: NeededRights;
}

export interface NeedsTally {
  add(facts: StatementFacts, statement: ParsedStatement | undefined): void;
  /** Locks of the transaction that is open. */
  locks(): number;
  /** The next statement begins another transaction. */
  endTransaction(): void;
  needs(): PlanNeeds;
}

export function createNeedsTally(): NeedsTally {
  const schemas: SchemaUse = {
    made: new Set(),
    temporary: new Set(),
    createIn: new Set(),
    unqualified: false,
    isPathSet: false,
    isRoleSet: false,
  };
  const rights = createRightsTally();
  let transaction = openTransaction();
  let locksMax = 0;
  const locks = (): number => {
    const existing = [...transaction.touched.values()].reduce((sum, count) => sum + count, 0);
    return transaction.created + existing;
  };
  const endTransaction = (): void => {
    locksMax = Math.max(locksMax, locks());
    transaction = openTransaction();
  };
  return {
    locks,
    endTransaction,
    add: (facts, statement) => {
      noteSession(schemas, facts);
      if (statement?.node === "CreateSchemaStmt") {
        schemas.made.add(textAt(statement.tree, "schemaname") ?? "");
      }
      noteRelations(schemas, transaction, facts);
      rights.add(facts, statement);
    },
    needs: () => {
      endTransaction();
      return {
        locksMax,
        createIn: [...schemas.createIn].sort(),
        createsUnqualified: schemas.unqualified,
        createsSchemas: schemas.made.size > 0,
        rights: rights.rights(),
      };
    },
  };
}

interface SchemaUse {
  readonly made: Set<string>;
  readonly temporary: Set<string>;
  readonly createIn: Set<string>;
  unqualified: boolean;
  /** From then on, nobody knows without the server where an unqualified name goes. */
  isPathSet: boolean;
  /** From then on, whose rights count is not the session's own. */
  isRoleSet: boolean;
}

interface OpenTransaction {
  readonly touched: Map<string, number>;
  readonly made: Set<string>;
  created: number;
}

function openTransaction(): OpenTransaction {
  return { touched: new Map(), made: new Set(), created: 0 };
}

function noteSession(schemas: SchemaUse, facts: StatementFacts): void {
  for (const effect of facts.session) {
    if (effect.kind !== "set") continue;
    if (effect.name === "search_path") schemas.isPathSet = true;
    if (effect.name === "role" || effect.name === "session_authorization") schemas.isRoleSet = true;
  }
}

function noteRelations(
  schemas: SchemaUse,
  transaction: OpenTransaction,
  facts: StatementFacts,
): void {
  const isTemporary = makesTemporary(schemas, facts);
  transaction.created += facts.locks.created;
  for (const use of facts.relations) {
    const name = JSON.stringify([use.schema ?? "", use.name]);
    if (use.role === "created") {
      transaction.made.add(name);
      if (!isTemporary && !schemas.isRoleSet) noteCreation(schemas, use);
    } else if (!transaction.made.has(name)) {
      // An index without a name goes where every index goes: beside its table.
      const isIndexed = facts.node === "IndexStmt" && use.role === "altered";
      if (isIndexed && !isTemporary && !schemas.isRoleSet) noteCreation(schemas, use);
      const count = use.role === "dropped" ? dropLocks : 1;
      transaction.touched.set(name, Math.max(transaction.touched.get(name) ?? 0, count));
    }
  }
}

/** What is temporary needs no right in any schema, nor does an index of it. */
function makesTemporary({ temporary }: SchemaUse, facts: StatementFacts): boolean {
  if (facts.node === "IndexStmt") {
    return facts.relations.some(({ role, name }) => role === "altered" && temporary.has(name));
  }
  const isTemporary = facts.session.some((effect) => effect.kind === "holds");
  if (isTemporary) {
    for (const { role, name } of facts.relations) if (role === "created") temporary.add(name);
  }
  return isTemporary;
}

/** A table that is dropped, with its key and what is stored out of line. */
const dropLocks = 4;

function noteCreation(schemas: SchemaUse, use: RelationUse): void {
  if (use.schema === undefined) {
    if (!schemas.isPathSet) schemas.unqualified = true;
  } else if (!schemas.made.has(use.schema)) schemas.createIn.add(use.schema);
}
