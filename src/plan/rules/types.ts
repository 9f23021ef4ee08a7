/** Range and base types, collations and conversions: what SQL cannot alter is made again. */
import type { FactOf } from "../../catalog/fact.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { BaseTypePayload, CollationPayload } from "../../catalog/payloads/types.ts";
import type { ActionDraft } from "../actions.ts";
import { shellOf } from "../keys.ts";
import { alterBy, replace, type Rule } from "../rule.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { qualifiedUnlessBuiltIn } from "../text/index_shape.ts";
import { asideName, dropType } from "./aside.ts";

const rangeNames = (fact: FactOf<"range">): readonly string[] => [
  `type ${ownName(fact)}`,
  `type ${qualified(fact.payload.multirange)}`,
];

export const rangeRule: Rule<"range"> = {
  kind: "range",
  names: rangeNames,
  create: (fact) => {
    const { payload } = fact;
    const options = [`SUBTYPE = ${payload.subtype}`];
    if (payload.operatorClass !== undefined)
      options.push(`SUBTYPE_OPCLASS = ${qualified(payload.operatorClass)}`);
    if (payload.collation !== undefined)
      options.push(`COLLATION = ${qualified(payload.collation)}`);
    if (payload.canonical !== undefined)
      options.push(`CANONICAL = ${qualified(payload.canonical)}`);
    if (payload.subtypeDiff !== undefined) {
      options.push(`SUBTYPE_DIFF = ${qualifiedUnlessBuiltIn(payload.subtypeDiff)}`);
    }
    options.push(`MULTIRANGE_TYPE_NAME = ${qualified(payload.multirange)}`);
    const create = `CREATE TYPE ${ownName(fact)} AS RANGE (${options.join(", ")})`;
    // A canonical function takes the range itself, which has to be there as a shell.
    return payload.canonical === undefined
      ? [{ verb: "create", statements: [create] }]
      : afterShell(fact, create);
  },
  drop: (fact, planning) =>
    fact.payload.canonical === undefined
      ? dropType(fact, planning, {
          ...{ word: "TYPE", names: rangeNames(fact) },
          renames: rangePartsAside(fact),
        })
      : [{ verb: "drop", statements: [`DROP TYPE ${ownName(fact)} CASCADE`] }],
  alter: ({ attributes }) => (onlyOwner(attributes) ? alterBy() : replace),
};

/** The server leaves the multirange of a renamed range as it is called, and the functions that make values of the two. */
function rangePartsAside(fact: FactOf<"range">): readonly string[] {
  const { multirange, subtype } = fact.payload;
  const [range, old] = [ownName(fact), quoted(asideName(fact.name.name))];
  const oldMultirange = quoted(asideName(multirange.name));
  return [
    `ALTER FUNCTION ${range}(${subtype}, ${subtype}) RENAME TO ${old}`,
    `ALTER FUNCTION ${range}(${subtype}, ${subtype}, text) RENAME TO ${old}`,
    `ALTER TYPE ${qualified(multirange)} RENAME TO ${oldMultirange}`,
    `ALTER FUNCTION ${qualified(multirange)}() RENAME TO ${oldMultirange}`,
  ];
}

export const baseTypeRule: Rule<"base_type"> = {
  kind: "base_type",
  names: (fact) => [`type ${ownName(fact)}`],
  create: (fact) => {
    const options = baseTypeOptions(fact.payload);
    const name = ownName(fact);
    if (fact.payload.shell === true)
      return [{ verb: "create", statements: [`CREATE TYPE ${name}`] }];
    return afterShell(fact, `CREATE TYPE ${name} (${options.join(", ")})`);
  },
  // The functions of a type and the type refer to each other: only together do they go.
  drop: (fact) => [{ verb: "drop", statements: [`DROP TYPE ${ownName(fact)} CASCADE`] }],
};

/** The type by its name alone, for the functions that it is made of; then all of it. */
function afterShell(
  fact: FactOf<"range"> | FactOf<"base_type">,
  create: string,
): readonly ActionDraft[] {
  const shell = shellOf(fact.id);
  return [
    {
      verb: "create",
      key: shell,
      statements: [`CREATE TYPE ${ownName(fact)}`],
      makes: [shell],
      needs: fact.parent === undefined ? [] : [fact.parent],
    },
    { verb: "create", statements: [create], needs: [shell, ...fact.references], claims: [] },
  ];
}

function baseTypeOptions(payload: BaseTypePayload): readonly string[] {
  const functions = [
    ["INPUT", payload.input],
    ["OUTPUT", payload.output],
    ["RECEIVE", payload.receive],
    ["SEND", payload.send],
    ["TYPMOD_IN", payload.modifierInput],
    ["TYPMOD_OUT", payload.modifierOutput],
    ["ANALYZE", payload.analyze],
    ["SUBSCRIPT", payload.subscript],
  ] as const;
  const options = functions.flatMap(([word, name]) =>
    name === undefined ? [] : [`${word} = ${qualified(name)}`],
  );
  options.push(`INTERNALLENGTH = ${payload.length ?? "VARIABLE"}`);
  if (payload.passedByValue === true) options.push("PASSEDBYVALUE");
  if (payload.alignment !== undefined) options.push(`ALIGNMENT = ${payload.alignment}`);
  if (payload.storage !== undefined) options.push(`STORAGE = ${payload.storage}`);
  if (payload.category !== undefined) options.push(`CATEGORY = ${quoteLiteral(payload.category)}`);
  if (payload.preferred === true) options.push("PREFERRED = true");
  if (payload.default !== undefined) options.push(`DEFAULT = ${quoteLiteral(payload.default)}`);
  if (payload.element !== undefined) options.push(`ELEMENT = ${payload.element}`);
  if (payload.delimiter !== undefined)
    options.push(`DELIMITER = ${quoteLiteral(payload.delimiter)}`);
  if (payload.collatable === true) options.push("COLLATABLE = true");
  return options;
}

export const collationRule: Rule<"collation"> = {
  kind: "collation",
  names: (fact) => [`collation ${ownName(fact)}`],
  create: (fact) => [
    {
      verb: "create",
      statements: [`CREATE COLLATION ${ownName(fact)} ${collationSource(fact.payload)}`],
    },
  ],
  drop: (fact, planning) =>
    dropType(fact, planning, { word: "COLLATION", names: [`collation ${ownName(fact)}`] }),
  alter: ({ attributes }) => (onlyOwner(attributes) ? alterBy() : replace),
};

/** Only a copy of a built-in one works with every encoding. */
function collationSource(payload: CollationPayload): string {
  if (payload.anyEncoding === true) {
    return `FROM pg_catalog.${quoted(payload.collate === "C" ? "C" : "POSIX")}`;
  }
  return `(${collationOptions(payload).join(", ")})`;
}

function collationOptions(payload: CollationPayload): readonly string[] {
  const options = [`PROVIDER = ${payload.provider}`];
  if (payload.locale !== undefined) options.push(`LOCALE = ${quoteLiteral(payload.locale)}`);
  if (payload.collate !== undefined) options.push(`LC_COLLATE = ${quoteLiteral(payload.collate)}`);
  if (payload.ctype !== undefined) options.push(`LC_CTYPE = ${quoteLiteral(payload.ctype)}`);
  if (payload.nondeterministic === true) options.push("DETERMINISTIC = false");
  if (payload.rules !== undefined) options.push(`RULES = ${quoteLiteral(payload.rules)}`);
  return options;
}

export const conversionRule: Rule<"conversion"> = {
  kind: "conversion",
  create: (fact) => {
    const { payload } = fact;
    const verb = payload.default === true ? "CREATE DEFAULT CONVERSION" : "CREATE CONVERSION";
    const encodings = `FOR ${quoteLiteral(payload.source)} TO ${quoteLiteral(payload.target)}`;
    return [
      {
        verb: "create",
        statements: [`${verb} ${ownName(fact)} ${encodings} FROM ${qualified(payload.function)}`],
      },
    ];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP CONVERSION ${ownName(fact)}`] }],
  alter: ({ attributes }) => (onlyOwner(attributes) ? alterBy() : replace),
};

/** Owners are changed for every kind in one place. */
export function onlyOwner(attributes: ReadonlySet<string>): boolean {
  return [...attributes].every((attribute) => attribute === "owner");
}
