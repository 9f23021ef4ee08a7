/**
 * Foreign data: wrappers, servers, user mappings, foreign tables. A secret is a marker in the catalog and never text
 * here: a step writes the reference to one, or is refused.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { Options } from "../../catalog/payloads/relations.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { ActionDraft, ColumnText } from "../actions.ts";
import { alterBy, replace, type Alteration, type Change, type Rule } from "../rule.ts";
import { columnText } from "../text/column.ts";
import { ownName, qualified, quoted } from "../text/names.ts";
import { foreignOptions, foreignOptionsChange } from "../text/options.ts";
import { isCreated, type Planning } from "../planning.ts";
import { afterwards } from "./column_settings.ts";
import { comesLate, lateNotNullAbove, withoutNotNull } from "./late_not_null.ts";
import { ownedAgain } from "./apart.ts";
import { isUsualNameTaken } from "./not_null_names.ts";
import { parentsOf } from "./parents.ts";
import { serialWord } from "./serial.ts";
import { droppedSecrets, secretOptions, type WithSecrets } from "./secrets.ts";
import { columnsOf, ownNotNull, settle, withoutNotNullFromAbove } from "./table.ts";

export const foreignDataWrapperRule: Rule<"foreign_data_wrapper"> = {
  kind: "foreign_data_wrapper",
  create: (fact, planning) => {
    const { handler, validator, options } = fact.payload;
    const all = { ...options, ...secretOptions(fact, { planning }) };
    const text =
      `CREATE FOREIGN DATA WRAPPER ${quoted(fact.name.name)}` +
      (handler === undefined ? "" : ` HANDLER ${qualified(handler)}`) +
      (validator === undefined ? "" : ` VALIDATOR ${qualified(validator)}`);
    return [{ verb: "create", statements: [text + foreignOptions(all)] }];
  },
  drop: (fact) => [
    { verb: "drop", statements: [`DROP FOREIGN DATA WRAPPER ${quoted(fact.name.name)}`] },
  ],
  alter: ({ from, to, attributes }, planning) => {
    const { handler, validator } = to.payload;
    const parts: string[] = [];
    if (attributes.has("handler"))
      parts.push(handler === undefined ? "NO HANDLER" : `HANDLER ${qualified(handler)}`);
    if (attributes.has("validator")) {
      parts.push(validator === undefined ? "NO VALIDATOR" : `VALIDATOR ${qualified(validator)}`);
    }
    const options = optionsChange(from.payload, to, planning);
    if (options !== undefined) parts.push(options);
    if (parts.length === 0) return alterBy();
    const statement = `ALTER FOREIGN DATA WRAPPER ${quoted(to.name.name)} ${parts.join(" ")}`;
    return alterBy({ verb: "alter", statements: [statement] });
  },
};

interface WithOptions extends WithSecrets {
  readonly options?: Options;
}

function optionsChange(
  from: WithOptions,
  to: { readonly id: string; readonly payload: WithOptions },
  planning: Planning,
): string | undefined {
  const wanted = { ...to.payload.options, ...secretOptions(to, { from, planning }) };
  return foreignOptionsChange(from.options, wanted, droppedSecrets(from, to.payload));
}

export const serverRule: Rule<"server"> = {
  kind: "server",
  create: (fact, planning) => {
    const { wrapper, type, version, options } = fact.payload;
    const all = { ...options, ...secretOptions(fact, { planning }) };
    const text =
      `CREATE SERVER ${quoted(fact.name.name)}` +
      (type === undefined ? "" : ` TYPE ${quoteLiteral(type)}`) +
      (version === undefined ? "" : ` VERSION ${quoteLiteral(version)}`) +
      ` FOREIGN DATA WRAPPER ${quoted(wrapper)}`;
    return [{ verb: "create", statements: [text + foreignOptions(all)] }];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP SERVER ${quoted(fact.name.name)}`] }],
  alter: ({ from, to, attributes }, planning) => {
    if (attributes.has("wrapper") || attributes.has("type")) return replace;
    const parts: string[] = [];
    if (attributes.has("version")) {
      const { version } = to.payload;
      parts.push(`VERSION ${version === undefined ? "NULL" : quoteLiteral(version)}`);
    }
    const options = optionsChange(from.payload, to, planning);
    if (options !== undefined) parts.push(options);
    if (parts.length === 0) return alterBy();
    return alterBy({
      verb: "alter",
      statements: [`ALTER SERVER ${quoted(to.name.name)} ${parts.join(" ")}`],
    });
  },
};

export const userMappingRule: Rule<"user_mapping"> = {
  kind: "user_mapping",
  create: (fact, planning) => {
    const all = { ...fact.payload.options, ...secretOptions(fact, { planning }) };
    return [
      { verb: "create", statements: [`CREATE USER MAPPING ${mapped(fact)}${foreignOptions(all)}`] },
    ];
  },
  drop: (fact) => [{ verb: "drop", statements: [`DROP USER MAPPING ${mapped(fact)}`] }],
  alter: ({ from, to }, planning) => {
    const options = optionsChange(from.payload, to, planning);
    return options === undefined
      ? alterBy()
      : alterBy({ verb: "alter", statements: [`ALTER USER MAPPING ${mapped(to)} ${options}`] });
  },
};

function mapped({ payload }: FactOf<"user_mapping">): string {
  const user = payload.user === undefined ? "PUBLIC" : quoted(payload.user);
  return `FOR ${user} SERVER ${quoted(payload.server)}`;
}

type ForeignTable = FactOf<"foreign_table">;

export const foreignTableRule: Rule<"foreign_table"> = {
  kind: "foreign_table",
  names: (fact) => [`relation ${ownName(fact)}`, `type ${ownName(fact)}`],
  create: (fact, planning) => [createForeignTable(fact, planning), ...attachment(fact, planning)],
  drop: (fact) => [{ verb: "drop", statements: [`DROP FOREIGN TABLE ${ownName(fact)}`] }],
  alter: alterForeignTable,
};

function createForeignTable(fact: ForeignTable, planning: Planning): ActionDraft {
  const columns = columnsOf(fact, planning);
  const inherits = fact.payload.inherits;
  const said = columns.map((column) =>
    comesLate(column, planning) ? withoutNotNull(column) : column,
  );
  const own =
    inherits === undefined
      ? said
      : said
          .filter(({ payload }) => payload.inherited !== true)
          .map((column) => withoutNotNullFromAbove(column, planning));
  const besides = (column: FactOf<"column">): readonly ColumnText[] =>
    ownNotNull(column, planning, { namesNotNull: isUsualNameTaken(column, planning) });
  const list = inherits === undefined ? "" : ` INHERITS (${inherits.map(qualified).join(", ")})`;
  return {
    verb: "create",
    body: {
      form: "create table",
      head: `CREATE FOREIGN TABLE ${ownName(fact)}`,
      columns: [
        ...own.map((column) => columnText(column, { serial: serialWord(column, planning) })),
        ...(inherits === undefined ? [] : columns.flatMap(besides)),
      ],
      tail: `${list} SERVER ${quoted(fact.payload.server)}${foreignOptions(fact.payload.foreignOptions)}`,
    },
    statements: said.flatMap((column) =>
      inherits === undefined ? afterwards(column) : settle(column, planning, false),
    ),
    makes: [fact.id, ...columns.map(({ id }) => id)],
    needs: [
      ...(fact.parent === undefined ? [] : [fact.parent]),
      ...fact.references,
      ...columns.flatMap(({ references }) => references),
    ],
  };
}

/** Made apart and attached: CREATE FOREIGN TABLE ... PARTITION OF would do no more. */
function attachment(fact: ForeignTable, planning: Planning): readonly ActionDraft[] {
  const { partitionOf } = fact.payload;
  if (partitionOf === undefined) return [];
  const [parent] = parentsOf(planning.to, fact);
  const own = planning.to.children(fact.id).filter(({ id }) => isCreated(planning, id));
  return [
    {
      verb: "alter",
      key: `attach ${fact.id}`,
      statements: [
        `ALTER TABLE ${qualified(partitionOf.parent)} ATTACH PARTITION ${ownName(fact)} ${partitionOf.bound}`,
        ...ownedAgain(fact.id, planning),
      ],
      makes: [`attachment ${fact.id}`],
      needs: [
        fact.id,
        ...own.filter(({ kind }) => kind === "constraint").map(({ id }) => id),
        ...(parent === undefined ? [] : [parent.id]),
        ...columnsOf(fact, planning).flatMap((column) => lateNotNullAbove(column, planning)),
      ],
    },
  ];
}

function alterForeignTable({ from, to, attributes }: Change<"foreign_table">): Alteration {
  const inPlace = ["owner", "foreignOptions", "rowSecurity", "forceRowSecurity"];
  if ([...attributes].some((name) => !inPlace.includes(name))) return replace;
  const options = foreignOptionsChange(from.payload.foreignOptions, to.payload.foreignOptions);
  return options === undefined
    ? alterBy()
    : alterBy({ verb: "alter", statements: [`ALTER FOREIGN TABLE ${ownName(to)} ${options}`] });
}
