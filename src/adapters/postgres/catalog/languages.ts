/** Languages, access methods and event triggers: what has no schema and is made by SQL. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined, enableState, flag, nonEmpty } from "./attributes.ts";
import { family, procedureName, type Family } from "./family.ts";

interface LanguageRow {
  readonly oid: number;
  readonly lanname: string;
  readonly lanowner: number;
  readonly lanpltrusted: boolean;
  readonly handler: QualifiedName | null;
  readonly inline: QualifiedName | null;
  readonly validator: QualifiedName | null;
}

export const languages: Family = family<LanguageRow>({
  name: "pg_language",
  query: () => `
    select l.oid, l.lanname, l.lanowner, l.lanpltrusted, ${procedureName("l.lanplcallfoid")} as handler,
      ${procedureName("l.laninline")} as inline, ${procedureName("l.lanvalidator")} as validator
    from pg_language l
    where l.oid >= 16384`,
  add: (row, build) => {
    if (build.isMember("pg_language", row.oid)) return;
    build.add({
      kind: "language",
      name: { name: row.lanname },
      address: ["pg_language", row.oid],
      payload: defined<PayloadOf["language"]>({
        owner: build.owner(row.lanowner),
        trusted: flag(row.lanpltrusted),
        handler: row.handler,
        inline: row.inline,
        validator: row.validator,
      }),
    });
  },
});

interface AccessMethodRow {
  readonly oid: number;
  readonly amname: string;
  readonly amtype: string;
  readonly handler: QualifiedName;
}

export const accessMethods: Family = family<AccessMethodRow>({
  name: "pg_am",
  query: () => `
    select a.oid, a.amname, a.amtype, ${procedureName("a.amhandler")} as handler
    from pg_am a
    where a.oid >= 16384`,
  add: (row, build) => {
    if (build.isMember("pg_am", row.oid)) return;
    build.add({
      kind: "access_method",
      name: { name: row.amname },
      address: ["pg_am", row.oid],
      payload: { type: row.amtype === "t" ? "table" : "index", handler: row.handler },
    });
  },
});

interface EventTriggerRow {
  readonly oid: number;
  readonly evtname: string;
  readonly evtevent: string;
  readonly evtowner: number;
  readonly function: QualifiedName;
  readonly evtenabled: string;
  readonly evttags: readonly string[] | null;
}

export const eventTriggers: Family = family<EventTriggerRow>({
  name: "pg_event_trigger",
  query: () => `
    select e.oid, e.evtname, e.evtevent, e.evtowner, ${procedureName("e.evtfoid")} as function,
      e.evtenabled, e.evttags
    from pg_event_trigger e`,
  add: (row, build) => {
    if (build.isMember("pg_event_trigger", row.oid)) return;
    build.add({
      kind: "event_trigger",
      name: { name: row.evtname },
      address: ["pg_event_trigger", row.oid],
      payload: defined<PayloadOf["event_trigger"]>({
        owner: build.owner(row.evtowner),
        event: row.evtevent,
        tags: nonEmpty(row.evttags),
        function: row.function,
        enabled: enableState(row.evtenabled),
      }),
    });
  },
});
