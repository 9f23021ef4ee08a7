/** A role that SQL names and nobody has made: made in scratch with nothing but its name, and marked as not declared. */
import { roleStandsIn } from "../../../catalog/filter.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";

export function standInRole(role: string): string {
  const name = quoteIdentifier(role);
  return `create role ${name}; comment on role ${name} is ${quoteLiteral(roleStandsIn)}`;
}
