/** What the server lacks, whatever was asked of it: by SQLSTATE. PostgreSQL documentation, appendix A. */
const remedies: Readonly<Record<string, string>> = {
  "25006": "Name the primary as the target, or a role that may write",
  "42501": "Grant the role what it lacks, or deploy as its owner",
  "53100": "Make room on the server's disk",
  "53200": "Give the server what it lacks",
  "57014": "Raise statementTimeout where it took too long",
};

/** Where the server is short of something, what to do before the command that failed is run again, as a next step. */
export function shortageStep(sqlState: string, again: string): { readonly next?: string } {
  const remedy = sqlState.startsWith("53") ? remedyOf(sqlState) : undefined;
  return remedy === undefined ? {} : { next: `${remedy}, then ${again}` };
}

/** A sentence without its end, for what to run then. */
export function remedyOf(sqlState: string): string | undefined {
  return remedies[sqlState];
}
