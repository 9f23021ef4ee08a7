/**
 * The name that PostgreSQL 18 gives a NOT NULL constraint that was declared without one: of a column's, or without a
 * column of a domain's. A catalog records only names that differ from it. Two long names can come to the same one.
 */
import { serverMadeName } from "./object_name.ts";

export function defaultNotNullName(relation: string, column: string | undefined): string {
  return serverMadeName(relation, column, "not_null");
}
