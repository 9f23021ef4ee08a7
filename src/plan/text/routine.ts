/** CREATE FUNCTION, PROCEDURE and AGGREGATE as SQL. */
import type { AggregatePayload, Argument, FunctionPayload } from "../../catalog/payloads/code.ts";
import { listSettings } from "../../sql/list-settings.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { ownName, operatorReference, qualified, quoted, type Named } from "./names.ts";
import { qualifiedUnlessBuiltIn } from "./index_shape.ts";

/** The whole statement but for its verb: ` public.f(a integer)\n RETURNS ...`. */
export function routineText(fact: Named, payload: FunctionPayload): string {
  const lines = [`${ownName(fact)}(${argumentList(payload.arguments ?? [])})`];
  if (payload.returns !== undefined) lines.push(`    RETURNS ${payload.returns}`);
  lines.push(`    LANGUAGE ${quoted(payload.language)}`);
  if (payload.transforms !== undefined) {
    lines.push(`    TRANSFORM ${payload.transforms.map((type) => `FOR TYPE ${type}`).join(", ")}`);
  }
  const traits = routineTraits(fact, payload);
  if (traits.length > 0) lines.push(`    ${traits.join(" ")}`);
  for (const { name, value } of payload.settings ?? []) {
    lines.push(`    SET ${settingName(name)} TO ${settingValue(name, value)}`);
  }
  lines.push(bodyText(payload));
  return lines.join("\n");
}

export function argumentList(list: readonly Argument[]): string {
  return list
    .map((argument) => argumentText(argument))
    .filter((text) => text !== "")
    .join(", ");
}

/** Columns of RETURNS TABLE are part of the result, not of the list. */
function argumentText(argument: Argument): string {
  if (argument.mode === "table") return "";
  const mode = argument.mode === undefined ? "" : `${argument.mode.toUpperCase()} `;
  const name = argument.name === undefined ? "" : `${quoted(argument.name)} `;
  const value = argument.default === undefined ? "" : ` DEFAULT ${argument.default}`;
  return `${mode}${name}${argument.type}${value}`;
}

function routineTraits(fact: Named, payload: FunctionPayload): readonly string[] {
  const traits: string[] = [];
  if (payload.window === true) traits.push("WINDOW");
  if (payload.volatility !== undefined) traits.push(payload.volatility.toUpperCase());
  if (payload.leakproof === true) traits.push("LEAKPROOF");
  if (payload.strict === true) traits.push("STRICT");
  if (payload.securityDefiner === true) traits.push("SECURITY DEFINER");
  if (payload.parallel !== undefined) traits.push(`PARALLEL ${payload.parallel.toUpperCase()}`);
  if (fact.kind === "function") {
    if (payload.cost !== undefined) traits.push(`COST ${payload.cost}`);
    if (payload.rows !== undefined) traits.push(`ROWS ${payload.rows}`);
  }
  if (payload.support !== undefined) traits.push(`SUPPORT ${qualified(payload.support)}`);
  return traits;
}

/** A parameter may have a prefix: each part is quoted. */
export function settingName(name: string): string {
  return name
    .split(".")
    .map((part) => quoted(part))
    .join(".");
}

export function settingValue(name: string, value: string): string {
  if (listSettings.has(name.toLowerCase()) && value !== "") {
    return splitList(value)
      .map((part) => quoteLiteral(part))
      .join(", ");
  }
  return quoteLiteral(value);
}

/** `"$user", public` -> $user, public */
function splitList(value: string): readonly string[] {
  const parts = value.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [];
  return parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  );
}

function bodyText(payload: FunctionPayload): string {
  if (payload.sqlBody !== undefined) return payload.sqlBody;
  if (payload.symbol !== undefined) {
    const { file, name } = payload.symbol;
    return file === undefined
      ? `    AS ${quoteLiteral(name)}`
      : `    AS ${quoteLiteral(file)}, ${quoteLiteral(name)}`;
  }
  return `    AS ${dollarQuoted(payload.body ?? "")}`;
}

/** A tag that the body does not hold. */
export function dollarQuoted(body: string): string {
  for (let number = 0; ; number += 1) {
    const tag = number === 0 ? "$$" : number === 1 ? "$body$" : `$body${number}$`;
    if (!body.includes(tag.slice(0, -1))) return `${tag}${body}${tag}`;
  }
}

/** `public.total(integer) (SFUNC = ..., STYPE = ...)` */
export function aggregateText(fact: Named, payload: AggregatePayload): string {
  const options = aggregateOptions(payload);
  return `${ownName(fact)}(${aggregateArguments(payload)}) (\n    ${options.join(",\n    ")}\n)`;
}

/** The arguments of the function behind an aggregate, without names and without ORDER BY. */
export function plainArguments(payload: AggregatePayload): string {
  const list = payload.arguments ?? [];
  return argumentList(list.map(({ name: _name, default: _default, ...rest }) => rest));
}

export function aggregateArguments(payload: AggregatePayload): string {
  const list = payload.arguments ?? [];
  if (payload.form === undefined) return list.length === 0 ? "*" : argumentList(list);
  const direct = list.slice(0, payload.directArguments ?? 0);
  const ordered = list.slice(payload.directArguments ?? 0);
  // VARIADIC "any" as the last direct argument stands for the aggregated ones as well.
  const aggregated = ordered.length === 0 ? direct.slice(-1) : ordered;
  return `${argumentList(direct)} ORDER BY ${argumentList(aggregated)}`.trim();
}

function aggregateOptions(payload: AggregatePayload): readonly string[] {
  const options = [
    `SFUNC = ${qualifiedUnlessBuiltIn(payload.transition)}`,
    `STYPE = ${payload.stateType}`,
  ];
  if (payload.stateSpace !== undefined) options.push(`SSPACE = ${payload.stateSpace}`);
  options.push(...finalOptions("", payload.final));
  if (payload.combine !== undefined)
    options.push(`COMBINEFUNC = ${qualifiedUnlessBuiltIn(payload.combine)}`);
  if (payload.serialize !== undefined)
    options.push(`SERIALFUNC = ${qualifiedUnlessBuiltIn(payload.serialize)}`);
  if (payload.deserialize !== undefined) {
    options.push(`DESERIALFUNC = ${qualifiedUnlessBuiltIn(payload.deserialize)}`);
  }
  if (payload.initial !== undefined) options.push(`INITCOND = ${quoteLiteral(payload.initial)}`);
  const { moving } = payload;
  if (moving !== undefined) {
    options.push(
      `MSFUNC = ${qualifiedUnlessBuiltIn(moving.transition)}`,
      `MINVFUNC = ${qualifiedUnlessBuiltIn(moving.inverse)}`,
      `MSTYPE = ${moving.stateType}`,
    );
    if (moving.stateSpace !== undefined) options.push(`MSSPACE = ${moving.stateSpace}`);
    options.push(...finalOptions("M", moving.final));
    if (moving.initial !== undefined) options.push(`MINITCOND = ${quoteLiteral(moving.initial)}`);
  }
  if (payload.sortOperator !== undefined)
    options.push(`SORTOP = ${operatorReference(payload.sortOperator)}`);
  if (payload.parallel !== undefined) options.push(`PARALLEL = ${payload.parallel.toUpperCase()}`);
  if (payload.form === "hypothetical-set") options.push("HYPOTHETICAL");
  return options;
}

function finalOptions(prefix: "" | "M", final: AggregatePayload["final"]): readonly string[] {
  if (final === undefined) return [];
  const options = [`${prefix}FINALFUNC = ${qualifiedUnlessBuiltIn(final.function)}`];
  if (final.extra === true) options.push(`${prefix}FINALFUNC_EXTRA`);
  if (final.modify !== undefined)
    options.push(`${prefix}FINALFUNC_MODIFY = ${final.modify.toUpperCase()}`);
  return options;
}
