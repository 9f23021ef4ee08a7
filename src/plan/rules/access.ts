/** Schemas, extensions, languages, access methods, policies. */
import type { FactOf } from "../../catalog/fact.ts";
import type { ActionDraft } from "../actions.ts";
import { alterBy, replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { qualified, quoted, relationName } from "../text/names.ts";
import { parenthesised } from "../text/parentheses.ts";

export const schemaRule: Rule<"schema"> = {
  kind: "schema",
  create: (fact) => [{ verb: "create", statements: [`CREATE SCHEMA ${quoted(fact.name.name)}`] }],
  drop: (fact) => [{ verb: "drop", statements: [`DROP SCHEMA ${quoted(fact.name.name)}`] }],
  alter: () => alterBy(),
};

export const extensionRule: Rule<"extension"> = {
  kind: "extension",
  create: (fact) => {
    const { schema, version } = fact.payload;
    const place = ` WITH SCHEMA ${quoted(schema)}`;
    const number = version === undefined ? "" : ` VERSION ${quoted(version)}`;
    return [
      {
        verb: "create",
        statements: [`CREATE EXTENSION ${quoted(fact.name.name)}${place}${number}`],
      },
    ];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP EXTENSION ${quoted(fact.name.name)}`] }],
  alter: ({ from, to, attributes }) => {
    const moves = from.payload.schema !== to.payload.schema;
    if (moves && from.immovable === true) return replace;
    if (isOlder(to.payload.version, from.payload.version)) return replace;
    const extension = `ALTER EXTENSION ${quoted(to.name.name)}`;
    const statements: string[] = [];
    if (attributes.has("version")) {
      const { version } = to.payload;
      statements.push(
        `${extension} UPDATE${version === undefined ? "" : ` TO ${quoted(version)}`}`,
      );
    }
    if (moves) {
      statements.push(`${extension} SET SCHEMA ${quoted(to.payload.schema)}`);
    }
    return alterBy({ verb: "alter", statements });
  },
};

/** Extensions have scripts that lead to newer versions, hardly ever back. The files' own is the newest, mostly. */
function isOlder(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined) return version !== undefined;
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

export const languageRule: Rule<"language"> = {
  kind: "language",
  create: (fact) => {
    const { trusted, handler, inline, validator } = fact.payload;
    const parts = [
      `CREATE ${trusted === true ? "TRUSTED " : ""}LANGUAGE ${quoted(fact.name.name)}`,
    ];
    if (handler !== undefined) parts.push(`HANDLER ${qualified(handler)}`);
    if (inline !== undefined) parts.push(`INLINE ${qualified(inline)}`);
    if (validator !== undefined) parts.push(`VALIDATOR ${qualified(validator)}`);
    return [{ verb: "create", statements: [parts.join(" ")] }];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP LANGUAGE ${quoted(fact.name.name)}`] }],
  alter: ({ attributes }) =>
    [...attributes].every((attribute) => attribute === "owner") ? alterBy() : replace,
};

export const accessMethodRule: Rule<"access_method"> = {
  kind: "access_method",
  create: (fact) => [
    {
      verb: "create",
      statements: [
        `CREATE ACCESS METHOD ${quoted(fact.name.name)} TYPE ${fact.payload.type.toUpperCase()} ` +
          `HANDLER ${qualified(fact.payload.handler)}`,
      ],
    },
  ],
  drop: (fact) => [{ verb: "drop", statements: [`DROP ACCESS METHOD ${quoted(fact.name.name)}`] }],
};

type Policy = FactOf<"policy">;

export const policyRule: Rule<"policy"> = {
  kind: "policy",
  create: (fact) => {
    const { restrictive, command } = fact.payload;
    const kind = restrictive === true ? " AS RESTRICTIVE" : "";
    const scope = command === undefined ? "" : ` FOR ${command.toUpperCase()}`;
    const text = `CREATE POLICY ${on(fact)}${kind}${scope}${roles(fact)}${expressions(fact)}`;
    return [{ verb: "create", statements: [text] }];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP POLICY ${on(fact)}`] }],
  alter: alterPolicy,
  isFragile: () => true,
  dropsWith: (fact, planning) =>
    fact.parent !== undefined && planning.fates.drops.has(fact.parent)
      ? { id: fact.parent, always: false }
      : undefined,
};

function on(fact: Policy): string {
  return `${quoted(fact.name.name)} ON ${relationName(fact)}`;
}

function roles(fact: Policy): string {
  const { roles: sorted, roleOrder: named = sorted } = fact.payload;
  return named === undefined ? "" : ` TO ${named.map(policyRole).join(", ")}`;
}

function policyRole(name: string): string {
  return name === "PUBLIC" ? "PUBLIC" : quoted(name);
}

function expressions(fact: Policy): string {
  const { using, withCheck } = fact.payload;
  const condition = using === undefined ? "" : `\n    USING ${parenthesised(using)}`;
  return `${condition}${withCheck === undefined ? "" : `\n    WITH CHECK ${parenthesised(withCheck)}`}`;
}

/** An expression can be changed and not be taken away. */
function alterPolicy({ from, to, attributes }: Change<"policy">): Alteration {
  if (attributes.has("command") || attributes.has("restrictive")) return replace;
  if (from.payload.using !== undefined && to.payload.using === undefined) return replace;
  if (from.payload.withCheck !== undefined && to.payload.withCheck === undefined) return replace;
  const isForOthers = attributes.has("roles") || attributes.has("roleOrder");
  const who = isForOthers ? (roles(to) === "" ? " TO PUBLIC" : roles(to)) : "";
  const draft: ActionDraft = {
    verb: "alter",
    statements: [`ALTER POLICY ${on(to)}${who}${expressions(to)}`],
  };
  return alterBy(draft);
}
