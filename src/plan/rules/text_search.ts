/** Text search: parsers, templates, dictionaries, configurations with their mappings. */
import type { FactOf } from "../../catalog/fact.ts";
import type { QualifiedName } from "../../catalog/payloads/relations.ts";
import { sameValue } from "../../catalog/compare.ts";
import { alterBy, replace, type Rule } from "../rule.ts";
import { ownName, qualified, quoted } from "../text/names.ts";

export const textSearchParserRule: Rule<"text_search_parser"> = {
  kind: "text_search_parser",
  create: (fact) => {
    const { start, token, end, headline, lexTypes } = fact.payload;
    const options = [
      `START = ${qualified(start)}`,
      `GETTOKEN = ${qualified(token)}`,
      `END = ${qualified(end)}`,
      ...(headline === undefined ? [] : [`HEADLINE = ${qualified(headline)}`]),
      `LEXTYPES = ${qualified(lexTypes)}`,
    ];
    return [create("PARSER", fact, options)];
  },
  drop: (fact) => [drop("PARSER", fact)],
};

export const textSearchTemplateRule: Rule<"text_search_template"> = {
  kind: "text_search_template",
  create: (fact) => {
    const { init, lexize } = fact.payload;
    const options = [
      ...(init === undefined ? [] : [`INIT = ${qualified(init)}`]),
      `LEXIZE = ${qualified(lexize)}`,
    ];
    return [create("TEMPLATE", fact, options)];
  },
  drop: (fact) => [drop("TEMPLATE", fact)],
};

export const textSearchDictionaryRule: Rule<"text_search_dictionary"> = {
  kind: "text_search_dictionary",
  create: (fact) => {
    const { template, options } = fact.payload;
    const list = [`TEMPLATE = ${qualified(template)}`, ...(options === undefined ? [] : [options])];
    return [create("DICTIONARY", fact, list)];
  },
  drop: (fact) => [drop("DICTIONARY", fact)],
  alter: ({ from, to, attributes }) => {
    if (attributes.has("template")) return replace;
    if (!attributes.has("options")) return alterBy();
    const kept = optionNames(to.payload.options);
    const gone = optionNames(from.payload.options).filter((name) => !kept.includes(name));
    const parts = [...(to.payload.options === undefined ? [] : [to.payload.options]), ...gone];
    const dictionary = `ALTER TEXT SEARCH DICTIONARY ${ownName(to)}`;
    return alterBy({ verb: "alter", statements: [`${dictionary} (${parts.join(", ")})`] });
  },
};

/** Names in the server's own list of `name = 'value'`; values are always quoted in it. */
function optionNames(options: string | undefined): readonly string[] {
  const pattern = /("(?:[^"]|"")+"|[^\s,="']+)\s*=\s*E?'(?:[^']|'')*'/g;
  return [...(options ?? "").matchAll(pattern)].map((match) => match[1] ?? "");
}

export const textSearchConfigurationRule: Rule<"text_search_configuration"> = {
  kind: "text_search_configuration",
  create: (fact) => {
    const { parser, mappings } = fact.payload;
    const first = create("CONFIGURATION", fact, [`PARSER = ${qualified(parser)}`]);
    return [
      {
        ...first,
        statements: [...first.statements, ...mappingStatements(fact, {}, mappings ?? {})],
      },
    ];
  },
  drop: (fact) => [drop("CONFIGURATION", fact)],
  alter: ({ from, to, attributes }) => {
    if (attributes.has("parser")) return replace;
    const statements = mappingStatements(
      to,
      from.payload.mappings ?? {},
      to.payload.mappings ?? {},
    );
    return statements.length === 0 ? alterBy() : alterBy({ verb: "alter", statements });
  },
};

type Mappings = NonNullable<FactOf<"text_search_configuration">["payload"]["mappings"]>;

function mappingStatements(
  fact: FactOf<"text_search_configuration">,
  from: Mappings,
  to: Mappings,
): readonly string[] {
  const configuration = `ALTER TEXT SEARCH CONFIGURATION ${ownName(fact)}`;
  const gone = Object.keys(from).filter((type) => to[type] === undefined);
  const statements = gone.map((type) => `${configuration} DROP MAPPING FOR ${quoted(type)}`);
  const groups = new Map<string, string[]>();
  for (const [type, dictionaries] of Object.entries(to)) {
    if (sameValue(from[type], dictionaries)) continue;
    const verb = from[type] === undefined ? "ADD" : "ALTER";
    const key = `${verb} ${dictionaryList(dictionaries)}`;
    groups.set(key, [...(groups.get(key) ?? []), type]);
  }
  for (const [key, types] of groups) {
    const [verb = "ADD"] = key.split(" ", 1);
    const list = types.map(quoted).join(", ");
    statements.push(
      `${configuration} ${verb} MAPPING FOR ${list} WITH ${key.slice(verb.length + 1)}`,
    );
  }
  return statements;
}

function dictionaryList(dictionaries: readonly QualifiedName[]): string {
  return dictionaries.map((name) => qualified(name)).join(", ");
}

type TextSearchFact = FactOf<
  | "text_search_parser"
  | "text_search_template"
  | "text_search_dictionary"
  | "text_search_configuration"
>;

function create(
  word: string,
  fact: TextSearchFact,
  options: readonly string[],
): { readonly verb: "create"; readonly statements: readonly string[] } {
  const text = `CREATE TEXT SEARCH ${word} ${ownName(fact)} (${options.join(", ")})`;
  return { verb: "create", statements: [text] };
}

function drop(
  word: string,
  fact: TextSearchFact,
): { readonly verb: "drop"; readonly statements: readonly string[] } {
  return { verb: "drop", statements: [`DROP TEXT SEARCH ${word} ${ownName(fact)}`] };
}
