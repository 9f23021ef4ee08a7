/**
 * Which environment a database is: stored in the database itself, so that no local config, wrong variable or copied
 * URL can make production look like something that may be dropped. Set once, by `create` or the first deploy that
 * names one; changed only on purpose.
 */
import { LockstepError } from "../core/errors.ts";
import { booleanOf, optionalTextOf, type LedgerRow } from "./row.ts";

export interface StoredEnvironment {
  /** Undefined: protected, and nobody has named it. */
  readonly name: string | undefined;
  readonly isProtected: boolean;
}

/** What the command line, the environment or the config's target says that the database is. */
export interface SaidEnvironment {
  readonly name: string | undefined;
  readonly isProtected: boolean;
}

export const nothingSaid: SaidEnvironment = { name: undefined, isProtected: false };

export const environmentQuery = "select name, protected from lockstep.environment";

export function environmentOf(row: LedgerRow): StoredEnvironment {
  return { name: optionalTextOf(row, "name"), isProtected: booleanOf(row, "protected") };
}

/** Names that protect by themselves, whatever any config says. */
const protectedNames: ReadonlySet<string> = new Set(["production", "prod"]);

export function isProtectedName(name: string | undefined): boolean {
  return name !== undefined && protectedNames.has(name.toLowerCase());
}

/** Adds what is said and not stored yet; takes nothing away. Parameters: the name, whether it is protected. */
export const keepEnvironmentQuery = `insert into lockstep.environment as e (name, protected)
values ($1, $2)
on conflict (singleton) do update
set name = coalesce(e.name, excluded.name), protected = e.protected or excluded.protected,
  set_at = pg_catalog.clock_timestamp(), database_user = session_user
where (e.name is null and excluded.name is not null) or (excluded.protected and not e.protected)`;

/** On purpose: what is said replaces what is stored. Parameters: the name, whether it is protected. */
export const replaceEnvironmentQuery = `insert into lockstep.environment as e (name, protected)
values ($1, $2)
on conflict (singleton) do update
set name = excluded.name, protected = excluded.protected,
  set_at = pg_catalog.clock_timestamp(), database_user = session_user`;

/** A database that says it is staging is not changed by who takes it for production. */
export function refuseOtherEnvironment(
  stored: StoredEnvironment | undefined,
  said: SaidEnvironment,
  label: string,
): void {
  if (stored?.name === undefined || said.name === undefined || stored.name === said.name) return;
  throw new LockstepError(
    "DATABASE.ENVIRONMENT",
    `${label} says that it is ${stored.name}, and the command says ${said.name}`,
    {
      next: `Check --target, --url and LOCKSTEP_ENVIRONMENT. If it has become ${said.name}, as a copy does: lockstep create --environment ${wordOf(said.name)} --force`,
      data: { stored: stored.name, said: said.name },
    },
  );
}

const nameLengthMax = 63;

export function checkEnvironmentName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const isPlain = !/[\u0000-\u001f\u007f]/.test(name) && name.trim() === name;
  if (name !== "" && name.length <= nameLengthMax && isPlain) return name;
  throw new LockstepError(
    "USAGE.INVALID",
    "an environment's name is a short word such as production or staging",
    { next: "Correct --environment or LOCKSTEP_ENVIRONMENT.", data: { name } },
  );
}

/** As a shell takes it. */
function wordOf(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}
