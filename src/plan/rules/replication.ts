/** Publications with their tables and schemas, and subscriptions. */
import type { FactOf } from "../../catalog/fact.ts";
import { factId } from "../../catalog/id.ts";
import type { Options } from "../../catalog/payloads/relations.ts";
import type {
  PublicationPayload,
  SubscriptionPayload,
} from "../../catalog/payloads/replication.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { connectionValue } from "../../sql/secrets.ts";
import type { ActionDraft } from "../actions.ts";
import { createKey } from "../keys.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import {
  alterBy,
  replace,
  type Alteration,
  type Change,
  type Companion,
  type Rule,
} from "../rule.ts";
import { qualified, quoted, quotedList } from "../text/names.ts";
import { secretOptions } from "./secrets.ts";
import { parenthesised } from "../text/parentheses.ts";

export const publicationRule: Rule<"publication"> = {
  kind: "publication",
  create: (fact) => {
    const all = fact.payload.allTables === true ? " FOR ALL TABLES" : "";
    const options = publicationOptions({}, fact.payload);
    const list = options.length === 0 ? "" : ` WITH (${options.join(", ")})`;
    const head = `CREATE PUBLICATION ${quoted(fact.name.name)}${all}`;
    const body = { form: "create publication", head, columns: [], tail: list } as const;
    return [{ verb: "create", body, statements: [] }];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP PUBLICATION ${quoted(fact.name.name)}`] }],
  alter: ({ from, to, attributes }) => {
    if (attributes.has("allTables")) return replace;
    const options = publicationOptions(from.payload, to.payload);
    if (options.length === 0) return alterBy();
    const statement = `ALTER PUBLICATION ${quoted(to.name.name)} SET (${options.join(", ")})`;
    return alterBy({ verb: "alter", statements: [statement] });
  },
};

const everything = "insert, update, delete, truncate";

function publicationOptions(from: PublicationPayload, to: PublicationPayload): readonly string[] {
  const options: string[] = [];
  const published = (payload: PublicationPayload): string =>
    payload.publish?.join(", ") ?? everything;
  if (published(from) !== published(to)) options.push(`publish = ${quoteLiteral(published(to))}`);
  if (from.viaPartitionRoot !== to.viaPartitionRoot) {
    options.push(`publish_via_partition_root = ${to.viaPartitionRoot === true}`);
  }
  if (from.generatedColumns !== to.generatedColumns) {
    options.push(`publish_generated_columns = ${to.generatedColumns ?? "none"}`);
  }
  return options;
}

type PublicationTable = FactOf<"publication_table">;

export const publicationTableRule: Rule<"publication_table"> = {
  kind: "publication_table",
  create: (fact, planning) => {
    const clause = `${onlyWithHeirs(fact, planning)}${publishedTable(fact)}`;
    const statements = [`${publication(fact)} ADD TABLE ${clause}`];
    return [{ verb: "create", statements, ...withPublication(fact, clause, planning) }];
  },
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: [
        `${publication(fact)} DROP TABLE ${onlyWithHeirs(fact, planning)}${qualified(fact.payload.table)}`,
      ],
    },
  ],
  isFragile: (fact) => fact.payload.filter !== undefined,
  dropsWith: goesWithEither,
};

/** Without ONLY it is said of the tables that inherit, too, which are published by themselves or not at all. */
function onlyWithHeirs({ payload }: PublicationTable, { from, to }: Planning): string {
  const id = factId("table", payload.table);
  const { schema, name } = payload.table;
  const hasHeirs = [from, to].some((side) =>
    side
      .referrers(id)
      .some(
        (other) =>
          other.kind === "table" &&
          other.payload.inherits?.some((one) => one.schema === schema && one.name === name) ===
            true,
      ),
  );
  return hasHeirs ? "ONLY " : "";
}

function publishedTable({ payload }: PublicationTable): string {
  const columns = payload.columns === undefined ? "" : ` (${quotedList(payload.columns)})`;
  const filter = payload.filter === undefined ? "" : ` WHERE ${parenthesised(payload.filter)}`;
  return `${qualified(payload.table)}${columns}${filter}`;
}

/** Part of CREATE PUBLICATION, where that is yet to come. */
function withPublication(
  { parent }: { readonly parent: string | undefined },
  clause: string,
  planning: Planning,
): Partial<ActionDraft> {
  if (parent === undefined || !isCreated(planning, parent)) return {};
  return { fold: { into: createKey(parent), clause, always: false } };
}

function publication(fact: { readonly payload: { readonly publication: string } }): string {
  return `ALTER PUBLICATION ${quoted(fact.payload.publication)}`;
}

/** Its publication, its table or its schema: whatever goes takes it along. */
function goesWithEither(
  fact: { readonly parent: string | undefined; readonly references: readonly string[] },
  planning: Planning,
): Companion | undefined {
  const gone = [fact.parent ?? "", ...fact.references].find(
    (id) => isDropped(planning, id) && !id.startsWith("column:"),
  );
  return gone === undefined ? undefined : { id: gone, always: false };
}

export const publicationSchemaRule: Rule<"publication_schema"> = {
  kind: "publication_schema",
  create: (fact, planning) => {
    const clause = quoted(fact.payload.schema);
    const statements = [`${publication(fact)} ADD TABLES IN SCHEMA ${clause}`];
    return [{ verb: "create", statements, ...withPublication(fact, clause, planning) }];
  },
  drop: (fact) => [
    {
      verb: "drop",
      statements: [`${publication(fact)} DROP TABLES IN SCHEMA ${quoted(fact.payload.schema)}`],
    },
  ],
  dropsWith: goesWithEither,
};

export const subscriptionRule: Rule<"subscription"> = {
  kind: "subscription",
  create: (fact, planning) => {
    const { connection, publications } = fact.payload;
    const secrets = secretOptions(fact, { planning });
    // Without a connection: a plan must not reach out to another server.
    const options = [
      "connect = false",
      ...subscriptionOptions(
        { publications: [], streaming: usualStreaming(planning) },
        fact.payload,
      ),
    ];
    const text =
      `CREATE SUBSCRIPTION ${quoted(fact.name.name)} CONNECTION ${connectionText({ ...connection, ...secrets })} ` +
      `PUBLICATION ${quotedList(publications)} WITH (${options.join(", ")})`;
    // One whose password was left out could not connect.
    const isLeftDisabled =
      fact.payload.disabled === true ||
      (fact.payload.secrets ?? []).some((name) => secrets[name] === undefined);
    const enable = `ALTER SUBSCRIPTION ${quoted(fact.name.name)} ENABLE`;
    return [{ verb: "create", statements: isLeftDisabled ? [text] : [text, enable] }];
  },
  drop: (fact, planning) => [
    {
      verb: "drop",
      statements: [
        // The server leaves the comment of a subscription that is dropped behind.
        ...planning.from
          .childrenOf("comment", fact.id)
          .map(() => `COMMENT ON SUBSCRIPTION ${quoted(fact.name.name)} IS NULL`),
        `ALTER SUBSCRIPTION ${quoted(fact.name.name)} DISABLE`,
        `ALTER SUBSCRIPTION ${quoted(fact.name.name)} SET (slot_name = NONE)`,
        `DROP SUBSCRIPTION ${quoted(fact.name.name)}`,
      ],
    },
  ],
  alter: alterSubscription,
};

function alterSubscription(
  { from, to, attributes }: Change<"subscription">,
  planning: Planning,
): Alteration {
  if (attributes.has("twoPhase")) return replace;
  // It is the slot's: where there is none, the server takes it from CREATE SUBSCRIPTION alone.
  if (attributes.has("failover") && to.payload.slot === false) return replace;
  const subscription = `ALTER SUBSCRIPTION ${quoted(to.name.name)}`;
  const statements: string[] = [];
  let before = from.payload;
  if (attributes.has("connection") || attributes.has("secrets")) {
    if (wantsPassword(from.payload, to.payload, planning)) {
      statements.push(`${subscription} SET (password_required = false)`);
      before = { ...before, passwordRequired: false };
    }
    // The whole text is written, so that a secret in it would be lost.
    const secrets = secretOptions(to, { planning });
    const connection = { ...to.payload.connection, ...secrets };
    statements.push(`${subscription} CONNECTION ${connectionText(connection)}`);
  }
  if (attributes.has("publications")) {
    statements.push(
      `${subscription} SET PUBLICATION ${quotedList(to.payload.publications)} WITH (refresh = false)`,
    );
  }
  const options = subscriptionOptions(before, to.payload);
  if (options.length > 0) statements.push(`${subscription} SET (${options.join(", ")})`);
  if (attributes.has("disabled")) {
    statements.push(`${subscription} ${to.payload.disabled === true ? "DISABLE" : "ENABLE"}`);
  }
  return alterBy({ verb: "alter", statements });
}

/**
 * Since PostgreSQL 16 a connection without a password is refused while an owner has the subscription who is no superuser,
 * also where a superuser says it, and nothing here knows who is one.
 */
function wantsPassword(
  from: SubscriptionPayload,
  to: SubscriptionPayload,
  { major }: Planning,
): boolean {
  if (major < 16 || from.owner === undefined || from.passwordRequired === false) return false;
  return to.secrets?.includes("password") !== true;
}

function subscriptionOptions(
  from: SubscriptionPayload,
  to: SubscriptionPayload,
): readonly string[] {
  const options: string[] = [];
  const put = (name: string, before: unknown, after: unknown, usual: string): void => {
    if (before !== after) options.push(`${name} = ${after === undefined ? usual : String(after)}`);
  };
  if (from.slot !== to.slot) {
    options.push(`slot_name = ${to.slot === false ? "NONE" : quoteLiteral(to.slot ?? "")}`);
  }
  put("binary", from.binary, to.binary, "false");
  if (from.streaming !== to.streaming) options.push(`streaming = ${to.streaming}`);
  put("synchronous_commit", from.synchronousCommit, to.synchronousCommit, "off");
  put("two_phase", from.twoPhase, to.twoPhase, "false");
  put("disable_on_error", from.disableOnError, to.disableOnError, "false");
  put("password_required", from.passwordRequired, to.passwordRequired, "true");
  put("run_as_owner", from.runAsOwner, to.runAsOwner, "false");
  put("origin", from.origin, to.origin, "any");
  put("failover", from.failover, to.failover, "false");
  return options;
}

/** What CREATE SUBSCRIPTION takes when nothing is said. */
function usualStreaming({ major }: Planning): SubscriptionPayload["streaming"] {
  return major >= 18 ? "parallel" : "off";
}

/** `'host=a dbname=b'`, a value quoted as libpq wants it where it is not plain. */
function connectionText(connection: Options | undefined): string {
  const parts = Object.entries(connection ?? {}).map(
    ([name, value]) => `${name}=${/^[\w.:/@%,+-]+$/.test(value) ? value : connectionValue(value)}`,
  );
  return quoteLiteral(parts.join(" "));
}
