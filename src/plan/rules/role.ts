/** Roles, memberships and settings per role and database, as far as a project declares them. Never a password. */
import type { FactOf } from "../../catalog/fact.ts";
import type { RolePayload } from "../../catalog/payloads/access.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { alterBy, type Rule } from "../rule.ts";
import { quoted } from "../text/names.ts";
import { dollarQuoted, settingName, settingValue } from "../text/routine.ts";

export const roleRule: Rule<"role"> = {
  kind: "role",
  create: (fact) => [
    {
      verb: "create",
      statements: [`CREATE ROLE ${quoted(fact.name.name)}${roleOptions({}, fact.payload)}`],
    },
  ],
  drop: (fact) => [
    { verb: "drop", statements: [`DROP ROLE ${quoted(fact.name.name)}`], rank: behindAll },
  ],
  alter: ({ from, to }) =>
    alterBy({
      verb: "alter",
      statements: [`ALTER ROLE ${quoted(to.name.name)}${roleOptions(from.payload, to.payload)}`],
    }),
};

/** What names the role, as owner, in a policy or in default privileges, lets go of it by a statement of any other kind. */
const behindAll = 20_000;

const flags = [
  ["login", "LOGIN", "NOLOGIN"],
  ["superuser", "SUPERUSER", "NOSUPERUSER"],
  ["createDatabase", "CREATEDB", "NOCREATEDB"],
  ["createRole", "CREATEROLE", "NOCREATEROLE"],
  ["noInherit", "NOINHERIT", "INHERIT"],
  ["replication", "REPLICATION", "NOREPLICATION"],
  ["bypassRowSecurity", "BYPASSRLS", "NOBYPASSRLS"],
] as const;

function roleOptions(from: RolePayload, to: RolePayload): string {
  const options: string[] = flags.flatMap(([name, on, off]) =>
    from[name] === to[name] ? [] : [to[name] === true ? on : off],
  );
  if (from.connectionLimit !== to.connectionLimit) {
    options.push(`CONNECTION LIMIT ${to.connectionLimit ?? -1}`);
  }
  if (from.validUntil !== to.validUntil) {
    options.push(`VALID UNTIL ${quoteLiteral(to.validUntil ?? "infinity")}`);
  }
  return options.map((option) => ` ${option}`).join("");
}

export const membershipRule: Rule<"membership"> = {
  kind: "membership",
  create: (fact) => [{ verb: "create", statements: [grantRole(fact)] }],
  drop: (fact) => [
    {
      verb: "drop",
      statements: [
        `REVOKE ${quoted(fact.payload.role)} FROM ${quoted(fact.payload.member)}${grantedBy(fact)}`,
      ],
    },
  ],
};

function grantRole({ payload }: FactOf<"membership">): string {
  const options: string[] = [];
  if (payload.inherit !== undefined) options.push(`INHERIT ${payload.inherit ? "TRUE" : "FALSE"}`);
  if (payload.set === false) options.push("SET FALSE");
  if (payload.admin === true) options.push(options.length === 0 ? "ADMIN OPTION" : "ADMIN TRUE");
  const list = options.length === 0 ? "" : ` WITH ${options.join(", ")}`;
  return `GRANT ${quoted(payload.role)} TO ${quoted(payload.member)}${list}${grantedBy({ payload })}`;
}

function grantedBy({ payload }: Pick<FactOf<"membership">, "payload">): string {
  return payload.grantor === undefined ? "" : ` GRANTED BY ${quoted(payload.grantor)}`;
}

export const settingRule: Rule<"setting"> = {
  kind: "setting",
  create: (fact) => [{ verb: "create", statements: [set(fact)] }],
  drop: (fact) => [
    { verb: "drop", statements: [change(fact, `RESET ${settingName(fact.payload.name)}`)] },
  ],
  alter: ({ to }) => alterBy({ verb: "alter", statements: [set(to)] }),
};

function set(fact: FactOf<"setting">): string {
  const { name, value } = fact.payload;
  return change(fact, `SET ${settingName(name)} TO ${settingValue(name, value)}`);
}

/** A plan does not know what the database is called in which it will run, and SQL has no word for the current one. */
function change({ payload }: FactOf<"setting">, what: string): string {
  const role = payload.role === undefined ? undefined : quoted(payload.role);
  if (payload.database !== true) return `ALTER ROLE ${role ?? "ALL"} ${what}`;
  const whose =
    role === undefined ? "DATABASE %I" : `ROLE ${role.replaceAll("%", "%%")} IN DATABASE %I`;
  const text = `ALTER ${whose} ${what.replaceAll("%", "%%")}`;
  const body = `BEGIN EXECUTE format(${quoteLiteral(text)}, current_database()); END`;
  return `DO ${dollarQuoted(body)}`;
}
