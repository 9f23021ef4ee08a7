/** Triggers, rules and event triggers. */
import type { FactOf } from "../../catalog/fact.ts";
import type { TriggerPayload } from "../../catalog/payloads/code.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { ActionDraft } from "../actions.ts";
import { isDropped, type Planning } from "../planning.ts";
import {
  alterBy,
  replace,
  type Alteration,
  type Change,
  type Companion,
  type Rule,
} from "../rule.ts";
import type { Side } from "../side.ts";
import { qualified, quoted, quotedList, relationName } from "../text/names.ts";
import { childTables } from "./parents.ts";
import { stable } from "../text/expressions.ts";
import { parenthesised } from "../text/parentheses.ts";

type Trigger = FactOf<"trigger">;
type Enabled = TriggerPayload["enabled"];

export const triggerRule: Rule<"trigger"> = {
  kind: "trigger",
  create: (fact, planning) => {
    const create: ActionDraft = {
      verb: "create",
      statements: fact.payload.inherited === true ? [] : [triggerText(fact, "CREATE")],
      ...(fact.payload.inherited === true ? { needs: clonedFrom(fact, planning) } : {}),
    };
    const [above] = triggersAbove(fact, planning.to);
    return fact.payload.enabled === above?.payload.enabled
      ? [create]
      : [create, { ...enabling(fact, planning), claims: [] }];
  },
  drop: (fact) => [
    {
      verb: "drop",
      statements:
        fact.payload.inherited === true
          ? []
          : [`DROP TRIGGER ${quoted(fact.name.name)} ON ${relationName(fact)}`],
    },
  ],
  alter: alterTrigger,
  isFragile: () => true,
  dropsWith: goesWithTable,
};

/** The partitioned table's trigger, which makes this one; after the partition is attached. */
function clonedFrom(fact: Trigger, planning: Planning): readonly string[] {
  const table = fact.parent ?? "";
  const above = triggersAbove(fact, planning.to);
  return [table, `attachment ${table}`, ...above.map(({ id }) => id)];
}

/** The partitioned table's triggers of this one's name; none where it is no clone. */
function triggersAbove(fact: Trigger, side: Side): readonly Trigger[] {
  if (fact.payload.inherited !== true) return [];
  return (side.get(fact.parent ?? "")?.references ?? []).flatMap((id) =>
    side.childrenOf("trigger", id).filter(({ name }) => name.name === fact.name.name),
  );
}

/** The state of a partitioned table's trigger is its clones' as well, unless ONLY says otherwise. */
function enabling(fact: Trigger, planning: Planning): ActionDraft {
  const only = areClonesAlike(fact, planning.to) ? "" : "ONLY ";
  const word = enableWord(fact.payload.enabled);
  return {
    verb: "alter",
    key: `enable ${fact.id}`,
    statements: [
      `ALTER TABLE ${only}${relationName(fact)} ${word} TRIGGER ${quoted(fact.name.name)}`,
    ],
    needs: [fact.id, ...triggersAbove(fact, planning.to).map(({ id }) => enabledOf(id))],
    makes: [enabledOf(fact.id)],
  };
}

function enabledOf(trigger: string): string {
  return `enabled ${trigger}`;
}

function areClonesAlike(fact: Trigger, side: Side): boolean {
  return childTables(side, fact.parent).every((table) =>
    side
      .childrenOf("trigger", table.id)
      .filter((clone) => triggersAbove(clone, side).some(({ id }) => id === fact.id))
      .every(
        (clone) => clone.payload.enabled === fact.payload.enabled && areClonesAlike(clone, side),
      ),
  );
}

function alterTrigger({ from, to, attributes }: Change<"trigger">, planning: Planning): Alteration {
  const drafts: ActionDraft[] = [];
  const isOther = [...attributes].some((attribute) => attribute !== "enabled");
  if (isOther) {
    const isConstraint =
      from.payload.constraint !== undefined || to.payload.constraint !== undefined;
    // A clone is never told anything: it goes, comes and changes with the one above.
    const isClone = from.payload.inherited === true || to.payload.inherited === true;
    if (isConstraint || isClone) return replace;
    drafts.push({ verb: "alter", statements: [triggerText(to, "CREATE OR REPLACE")] });
  }
  // CREATE OR REPLACE leaves the enabled state as it was.
  if (attributes.has("enabled")) drafts.push(enabling(to, planning));
  return { kind: "alter", actions: drafts };
}

export function enableWord(enabled: Enabled): string {
  switch (enabled) {
    case "disabled":
      return "DISABLE";
    case "replica":
      return "ENABLE REPLICA";
    case "always":
      return "ENABLE ALWAYS";
    case undefined:
      return "ENABLE";
  }
}

function triggerText(fact: Trigger, verb: string): string {
  const { payload } = fact;
  const kind = payload.constraint === undefined ? "TRIGGER" : "CONSTRAINT TRIGGER";
  const lines = [
    `${verb} ${kind} ${quoted(fact.name.name)}`,
    `    ${payload.timing.toUpperCase()} ${events(payload)} ON ${relationName(fact)}`,
  ];
  const { constraint } = payload;
  if (constraint?.from !== undefined) lines.push(`    FROM ${qualified(constraint.from)}`);
  if (constraint?.deferrable === true) {
    lines.push(
      `    DEFERRABLE${constraint.initiallyDeferred === true ? " INITIALLY DEFERRED" : ""}`,
    );
  }
  if (payload.oldTable !== undefined || payload.newTable !== undefined) {
    const old = payload.oldTable === undefined ? "" : ` OLD TABLE AS ${quoted(payload.oldTable)}`;
    const next = payload.newTable === undefined ? "" : ` NEW TABLE AS ${quoted(payload.newTable)}`;
    lines.push(`    REFERENCING${old}${next}`);
  }
  lines.push(`    FOR EACH ${payload.forEachRow === true ? "ROW" : "STATEMENT"}`);
  if (payload.when !== undefined) lines.push(`    WHEN ${parenthesised(payload.when)}`);
  const list = (payload.arguments ?? []).map((value) => quoteLiteral(value)).join(", ");
  lines.push(`    EXECUTE FUNCTION ${qualified(payload.function)}(${list})`);
  return lines.join("\n");
}

function events(payload: TriggerPayload): string {
  const words = payload.events.map((event) =>
    event === "update" && payload.columns !== undefined
      ? `UPDATE OF ${quotedList(payload.columns)}`
      : event.toUpperCase(),
  );
  return words.join(" OR ");
}

function goesWithTable(
  fact: { readonly parent: string | undefined },
  planning: Planning,
): Companion | undefined {
  return fact.parent !== undefined && isDropped(planning, fact.parent)
    ? { id: fact.parent, always: false }
    : undefined;
}

type RewriteRule = FactOf<"rule">;

export const rewriteRule: Rule<"rule"> = {
  kind: "rule",
  create: (fact) => {
    const create: ActionDraft = { verb: "create", statements: [ruleText(fact)] };
    if (fact.payload.enabled === undefined) return [create];
    return [
      create,
      {
        verb: "alter",
        key: `enable ${fact.id}`,
        statements: [enableRule(fact)],
        needs: [fact.id],
        makes: [],
        claims: [],
      },
    ];
  },
  drop: (fact) => [
    { verb: "drop", statements: [`DROP RULE ${quoted(fact.name.name)} ON ${relationName(fact)}`] },
  ],
  alter: ({ to, attributes }) => {
    const statements: string[] = [];
    if (attributes.has("definition")) {
      statements.push(ruleText(to).replace(/^CREATE RULE /, "CREATE OR REPLACE RULE "));
    }
    if (attributes.has("enabled")) statements.push(enableRule(to));
    return alterBy({ verb: "alter", statements });
  },
  isFragile: () => true,
  dropsWith: goesWithTable,
};

/** The server's own text, whose final semicolon is not part of the statement. */
function ruleText(fact: RewriteRule): string {
  return stable(fact.payload.definition.replace(/;\s*$/, ""));
}

function enableRule(fact: RewriteRule): string {
  const word = enableWord(fact.payload.enabled);
  return `ALTER TABLE ${relationName(fact)} ${word} RULE ${quoted(fact.name.name)}`;
}

export const eventTriggerRule: Rule<"event_trigger"> = {
  kind: "event_trigger",
  create: (fact) => {
    const { event, tags, function: called } = fact.payload;
    const when =
      tags === undefined
        ? ""
        : `\n    WHEN TAG IN (${tags.map((tag) => quoteLiteral(tag)).join(", ")})`;
    const text = `CREATE EVENT TRIGGER ${quoted(fact.name.name)} ON ${event}${when}\n    EXECUTE FUNCTION ${qualified(called)}()`;
    return [
      {
        verb: "create",
        statements: fact.payload.enabled === undefined ? [text] : [text, enableEvent(fact)],
      },
    ];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP EVENT TRIGGER ${quoted(fact.name.name)}`] }],
  alter: ({ to, attributes }) => {
    const isOther = [...attributes].some((name) => name !== "enabled" && name !== "owner");
    if (isOther) return replace;
    return attributes.has("enabled")
      ? alterBy({ verb: "alter", statements: [enableEvent(to)] })
      : alterBy();
  },
};

function enableEvent(fact: FactOf<"event_trigger">): string {
  return `ALTER EVENT TRIGGER ${quoted(fact.name.name)} ${enableWord(fact.payload.enabled)}`;
}
