/**
 * What is known of one project of the corpora: where its files lie, how a user would configure them for lockstep, and
 * what a deploy of them must end with. The tables are in histories.ts and schemas.ts; this file only says their form.
 */

export interface CorpusProject {
  readonly name: string;
  /** A folder or a file under the corpora. */
  readonly source: string;
  /** Where the user's repository keeps it. */
  readonly into: string;
  /** What a user writes into lockstep.config.json; nothing without it. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Files that a user adds, and what is in them. */
  readonly added?: Readonly<Record<string, string>>;
  /** Files that are left out, because a part of the history is tried alone. */
  readonly without?: (path: string) => boolean;
  /** What a user changes in each file, for templates that are not ours. */
  readonly rewrite?: (text: string, path: string) => string;
  /** Run as superuser before the deploy: roles, which belong to the cluster. */
  readonly prepare?: string;
  readonly expected: Expectation;
  /** Majors where it ends in another way. */
  readonly expectedOn?: Readonly<Record<number, Expectation>>;
  /** Why psql's result is not compared; compared without it. */
  readonly notByPsql?: string;
  /** psql gets each file in a transaction, but for those that ask for none. */
  readonly inTransactions?: true;
  /** The code that a squash ends with; proved without it. */
  readonly squash?: string;
  /** How many of the ways back restore the catalog, on the newest major; only shown without it. */
  readonly restored?: WaysBack;
}

export interface Expectation {
  /** `deployed`, or the code of the error. */
  readonly outcome: string;
  /** Of the error: file and line. */
  readonly where?: string;
  /** Why this is right; for an error, also why it is clear. */
  readonly why: string;
}

export interface WaysBack {
  readonly restored: number;
  readonly different: number;
  readonly failed: number;
}

/** For several roles at once: they may be there already, from another database of the cluster. */
export function rolesIfAbsent(...names: readonly string[]): string {
  const each = names.map(
    (name) =>
      `if not exists (select from pg_roles where rolname = '${name}') then create role ${name}; end if;`,
  );
  return `do $$ begin ${each.join(" ")} end $$`;
}
