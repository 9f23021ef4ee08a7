/** Subscriptions of this database: pg_subscription. The connection's password is named, never read out. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { SubscriptionPayload } from "../../../catalog/payloads/replication.ts";
import { parseConnection } from "../url.ts";
import { defined, flag, nonEmpty, unless } from "./attributes.ts";
import type { CatalogBuild } from "./build.ts";
import { family, since, type Family } from "./family.ts";
import { isSecretOption } from "../../../sql/secrets.ts";
import { secretReferencesIn } from "./foreign.ts";

interface SubscriptionRow {
  readonly oid: number;
  readonly subname: string;
  readonly subowner: number;
  readonly subenabled: boolean;
  readonly connection: string | null;
  readonly subslotname: string | null;
  readonly subpublications: readonly string[];
  readonly subbinary: boolean;
  readonly streaming: string;
  readonly subsynccommit: string;
  readonly two_phase: string;
  readonly disable_on_error: boolean;
  readonly password_required: boolean;
  readonly run_as_owner: boolean;
  readonly origin: string;
  readonly failover: boolean;
}

export const subscriptions: Family = family<SubscriptionRow>({
  name: "pg_subscription",
  query: (server) => `
    select s.oid, s.subname, s.subowner, s.subenabled,
      ${server.superuser ? "s.subconninfo" : "null"} as connection,
      s.subslotname, s.subpublications, s.subbinary, s.substream::text as streaming, s.subsynccommit,
      ${since(server, 15, "s.subtwophasestate", "'d'")} as two_phase,
      ${since(server, 15, "s.subdisableonerr", "false")} as disable_on_error,
      ${since(server, 16, "s.subpasswordrequired", "true")} as password_required,
      ${since(server, 16, "s.subrunasowner", "false")} as run_as_owner,
      ${since(server, 16, "s.suborigin", "'any'")} as origin,
      ${since(server, 17, "s.subfailover", "false")} as failover
    from pg_subscription s
    where s.subdbid = (select oid from pg_database where datname = current_database())`,
  add: (row, build) => {
    if (build.isMember("pg_subscription", row.oid)) return;
    const id = build.add({
      kind: "subscription",
      name: { name: row.subname },
      address: ["pg_subscription", row.oid],
      payload: payloadOf(row, build),
      secretReferences: secretReferencesIn(
        row.connection === null ? [] : parseConnection(row.connection),
        isSecretOption,
      ),
    });
    if (row.connection !== null) return;
    build.findings.push({
      code: "CATALOG.HIDDEN",
      severity: "warning",
      object: id,
      message: "this role may not see the connection of the subscription, so it is left out",
      hint: "Read the catalog as a superuser to have it compared.",
    });
  },
});

const streamingModes: Readonly<Record<string, SubscriptionPayload["streaming"]>> = {
  t: "on",
  true: "on",
  p: "parallel",
};

function payloadOf(row: SubscriptionRow, build: CatalogBuild): PayloadOf["subscription"] {
  return defined<SubscriptionPayload>({
    owner: build.owner(row.subowner),
    ...connectionOf(row.connection),
    publications: row.subpublications,
    disabled: flag(!row.subenabled),
    slot: row.subslotname === null ? false : unless(row.subslotname, row.subname),
    binary: flag(row.subbinary),
    streaming: streamingModes[row.streaming] ?? "off",
    synchronousCommit: unless(row.subsynccommit, "off"),
    twoPhase: flag(row.two_phase !== "d"),
    disableOnError: flag(row.disable_on_error),
    passwordRequired: row.password_required ? undefined : false,
    runAsOwner: flag(row.run_as_owner),
    origin: row.origin === "none" ? "none" : undefined,
    failover: flag(row.failover),
  });
}

function connectionOf(text: string | null): Pick<SubscriptionPayload, "connection" | "secrets"> {
  if (text === null) return {};
  // In its order, which a dump keeps; comparison has no order.
  const all = [...parseConnection(text)];
  const open = all.filter(([keyword]) => !isSecretOption(keyword));
  const secrets = nonEmpty(all.map(([keyword]) => keyword).filter(isSecretOption));
  const connection = Object.fromEntries(open);
  return secrets === undefined ? { connection } : { connection, secrets };
}
