/**
 * SQL that names secrets, for psql: psql itself reads each from where the reference says, into a variable of its own.
 * Where a variable of the environment is not set, what uses it is no SQL and fails; nothing else is ever sent.
 */
import type { Parser } from "../parse.ts";
import { quoteLiteral } from "../quote.ts";
import { secretUses, type ConnectionPart } from "../secrets.ts";

export function secretsForPsql(sql: string, parser: Parser): string {
  const names = new Map<string, string>();
  const head: string[] = [];
  const variable = (reference: string): string => `:'${names.get(reference) ?? ""}'`;
  let text = "";
  let done = 0;
  for (const use of secretUses(sql, parser)) {
    for (const reference of use.references) {
      if (names.has(reference)) continue;
      const name = `lockstep_secret_${names.size + 1}`;
      names.set(reference, name);
      head.push(reading(reference, name));
    }
    text += sql.slice(done, use.start);
    done = use.end;
    if (use.connection === undefined) {
      text += use.references.map(variable).join("");
      continue;
    }
    const name = `lockstep_connection_${head.length}`;
    head.push(`SELECT ${connectionExpression(use.connection, variable)} AS ${name} \\gset`);
    text += `:'${name}'`;
  }
  return head.length === 0 ? sql : `${head.join("\n")}\n\n${text}${sql.slice(done)}`;
}

function reading(reference: string, name: string): string {
  const what = reference.slice(reference.indexOf(":") + 1);
  if (reference.startsWith("env:")) return `\\getenv ${name} ${what}`;
  const path = `'${what.replaceAll("'", `'\\''`)}'`;
  return `\\set ${name} \`cat ${path}\``;
}

/** The server writes the escapes that libpq wants inside a value's quotes. */
function connectionExpression(
  parts: readonly ConnectionPart[],
  variable: (reference: string) => string,
): string {
  const expressions = parts.map(({ text, keyword, reference }) => {
    if (reference === undefined) return [quoteLiteral(text)];
    const [backslash, two] = [quoteLiteral("\\"), quoteLiteral("\\\\")];
    const [quote, escaped] = [quoteLiteral("'"), quoteLiteral("\\'")];
    const replace = "pg_catalog.replace";
    const value = `${replace}(${replace}(${variable(reference)}, ${backslash}, ${two}), ${quote}, ${escaped})`;
    return [quoteLiteral(`${keyword}='`), value, quoteLiteral("'")];
  });
  const pieces = expressions.flatMap((part, place) =>
    place === 0 ? part : [quoteLiteral(" "), ...part],
  );
  return `pg_catalog.concat(${pieces.join(", ")})`;
}
