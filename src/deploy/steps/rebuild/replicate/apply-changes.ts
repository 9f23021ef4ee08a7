/**
 * Changes of the old database, made in the new one. Each has to find exactly the row that it is about: anything else
 * means that the two are not the same any more, and ends the rebuild. Prepared statements travel together, so many to
 * a message, and each message is a transaction: whatever cuts it off, the next rebuild begins anew.
 */
import { InternalError, LockstepError } from "../../../../core/errors.ts";
import type { Change, ChangedRelation } from "../../../../data/changes.ts";
import { tableLabel } from "../../../../data/tables.ts";
import type { Session, StatementResult } from "../../../../ports/database.ts";
import { quoteLiteral, quoteQualifiedName } from "../../../../sql/quote.ts";
import { dataFailure } from "../../data/failure.ts";
import type { RowsMapping } from "../copy-rows.ts";
import { equalityKey, readEqualities } from "./equality.ts";
import { makeLargeChange } from "./large-change.ts";
import type { LargeMessage } from "./large-message.ts";
import { statementsOf, type ChangeStatement, type ChangedTable } from "./statements.ts";

export interface Applier {
  /** Takes it on; it may be made later. Resolves when there is room for the next. */
  readonly take: (change: Change) => Promise<void>;
  /** Makes it when all before it is made, and reads it to its end. */
  readonly takeLarge: (message: LargeMessage) => Promise<void>;
  /** All that was taken is made. */
  readonly settle: () => Promise<void>;
  /** Rows that changed, so far. */
  readonly count: () => number;
}

/** So many statements, or so much text, make a message; and so many messages may be on their way. */
const statementsMax = 500;
const textMax = 1024 * 1024;
const messagesMax = 3;

interface Sending {
  readonly session: Session;
  /** Names of prepared statements by their texts. */
  readonly prepared: Map<string, string>;
  readonly onTheWay: Promise<void>[];
  /** Of the message that is being written: undefined for what gives no count. */
  texts: string[];
  expected: (ChangeStatement | undefined)[];
  length: number;
}

export async function openApplier(
  session: Session,
  mappings: readonly RowsMapping[],
): Promise<Applier> {
  const bySource = new Map(mappings.map((mapping) => [mapping.source.oid, mapping]));
  const tables = new Map<number, ChangedTable>();
  const equalities = await readEqualities(
    session,
    mappings.map(({ target }) => target),
  );
  const sending: Sending = {
    ...{ session, prepared: new Map(), onTheWay: [] },
    ...{ texts: [], expected: [], length: 0 },
  };
  let count = 0;
  return {
    take: async (change) => {
      if (change.kind === "relation") {
        const mapping = bySource.get(change.relation.oid);
        if (mapping === undefined) return;
        tables.set(change.relation.oid, tableOf(mapping, change.relation, equalities));
      }
      for (const statement of statementsOf(change, tables)) {
        count += 1;
        write(sending, statement);
        if (sending.expected.length < statementsMax && sending.length < textMax) continue;
        send(sending);
        if (sending.onTheWay.length >= messagesMax) await sending.onTheWay.shift();
      }
    },
    takeLarge: async (message) => {
      await settle(sending);
      const made = await makeLargeChange(session, tables, message);
      if (made === undefined) return;
      count += 1;
      refuseOthers(made.table, made.result);
    },
    settle: () => settle(sending),
    count: () => count,
  };
}

async function settle(sending: Sending): Promise<void> {
  send(sending);
  for (const answer of await Promise.allSettled(sending.onTheWay.splice(0))) {
    if (answer.status === "rejected") throw answer.reason;
  }
}

function write(sending: Sending, statement: ChangeStatement): void {
  const { prepared } = sending;
  const { text, values } = statement;
  let name = prepared.get(text);
  if (name === undefined) {
    name = `lockstep_${prepared.size}`;
    prepared.set(text, name);
    sending.texts.push(`prepare ${name} as ${text}`);
    sending.expected.push(undefined);
  }
  const list = values.map((value) => (value === null ? "null" : quoteLiteral(value))).join(", ");
  const execute = list === "" ? `execute ${name}` : `execute ${name} (${list})`;
  sending.texts.push(execute);
  sending.expected.push(statement);
  sending.length += execute.length;
}

function send(sending: Sending): void {
  const { session, texts, expected, onTheWay } = sending;
  if (texts.length === 0) return;
  const answer = session
    .script(texts.join(";\n"), { behindOthers: true })
    .catch((error: unknown) => {
      throw dataFailure(error, `a change of ${tablesOf(expected)}`);
    })
    .then((results) => check(expected, results));
  // Whoever waits for it hears of it; until then it is nobody's business.
  answer.catch(() => undefined);
  onTheWay.push(answer);
  sending.texts = [];
  sending.expected = [];
  sending.length = 0;
}

function tablesOf(statements: readonly (ChangeStatement | undefined)[]): string {
  const labels = statements.flatMap((each) =>
    each === undefined ? [] : [tableLabel(each.table.mapping.target)],
  );
  return [...new Set(labels)].slice(0, 5).join(", ");
}

function check(
  expected: readonly (ChangeStatement | undefined)[],
  results: readonly StatementResult[],
): void {
  for (const [at, statement] of expected.entries()) {
    if (statement?.changesOneRow === true) refuseOthers(statement.table, results[at]);
  }
}

/** It has changed exactly its row. */
function refuseOthers({ mapping }: ChangedTable, result: StatementResult | undefined): void {
  const rows = Number(result?.tag.split(" ").at(-1));
  if (rows === 1) return;
  const message = `a change of ${tableLabel(mapping.target)} finds ${rows} rows instead of one`;
  throw new LockstepError("REBUILD.DIFFERS", message);
}

function tableOf(
  mapping: RowsMapping,
  relation: ChangedRelation,
  equalities: ReadonlyMap<string, string>,
): ChangedTable {
  const { target } = mapping;
  const columns = mapping.columns.map(({ target: { name }, source }) => {
    const at = relation.columns.indexOf(source?.name ?? "");
    if (at === -1) {
      const message = `${tableLabel(mapping.source)} has lost its column ${source?.name ?? ""} meanwhile`;
      throw new LockstepError("REBUILD.FENCE_LOST", message);
    }
    if (!target.key.includes(name)) return { at, name, equals: undefined };
    const equals = equalities.get(equalityKey(target, name));
    if (equals === undefined) {
      throw new InternalError(`the key of ${tableLabel(target)} can't be compared by ${name}`);
    }
    return { at, name, equals };
  });
  return { mapping, name: quoteQualifiedName(target.schema, target.name), columns };
}
