/** The members of payloads that hold a text which the server deparses, whatever the kind. */

/** What the server writes from a tree, wherever it stands in a payload. */
export const textKeys: ReadonlySet<string> = new Set([
  "bound",
  "default",
  "definition",
  "expression",
  "expressions",
  "filter",
  "predicate",
  "query",
  "sqlBody",
  "using",
  "when",
  "withCheck",
]);
