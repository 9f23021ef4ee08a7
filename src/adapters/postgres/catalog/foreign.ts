/**
 * Foreign-data wrappers, servers, user mappings and what makes a table foreign. Secrets among their options never
 * leave this file: only their names do.
 */
import type { Finding } from "../../../core/findings.ts";
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { Options, QualifiedName } from "../../../catalog/payloads/relations.ts";
import { factId } from "../../../catalog/id.ts";
import { defined, nonEmpty, optionsOf } from "./attributes.ts";
import { isSecretMappingOption, isSecretOption, isSecretReference } from "../../../sql/secrets.ts";
import { family, inSchemas, procedureName, type Family } from "./family.ts";

interface WrapperRow {
  readonly oid: number;
  readonly fdwname: string;
  readonly fdwowner: number;
  readonly handler: QualifiedName | null;
  readonly validator: QualifiedName | null;
  readonly fdwoptions: readonly string[] | null;
}

export const foreignDataWrappers: Family = family<WrapperRow>({
  name: "pg_foreign_data_wrapper",
  query: () => `
    select w.oid, w.fdwname, w.fdwowner, ${procedureName("w.fdwhandler")} as handler,
      ${procedureName("w.fdwvalidator")} as validator, w.fdwoptions
    from pg_foreign_data_wrapper w`,
  add: (row, build) => {
    if (build.isMember("pg_foreign_data_wrapper", row.oid)) return;
    build.add({
      kind: "foreign_data_wrapper",
      name: { name: row.fdwname },
      address: ["pg_foreign_data_wrapper", row.oid],
      payload: defined<PayloadOf["foreign_data_wrapper"]>({
        owner: build.owner(row.fdwowner),
        handler: row.handler,
        validator: row.validator,
        ...withoutSecrets(row.fdwoptions, isSecretOption),
      }),
      secretReferences: referencesIn(row.fdwoptions, isSecretOption),
    });
  },
});

interface ServerRow {
  readonly oid: number;
  readonly srvname: string;
  readonly srvowner: number;
  readonly wrapper: string;
  readonly srvtype: string | null;
  readonly srvversion: string | null;
  readonly srvoptions: readonly string[] | null;
}

export const servers: Family = family<ServerRow>({
  name: "pg_foreign_server",
  query: () => `
    select s.oid, s.srvname, s.srvowner, w.fdwname as wrapper, s.srvtype, s.srvversion, s.srvoptions
    from pg_foreign_server s
    join pg_foreign_data_wrapper w on w.oid = s.srvfdw`,
  add: (row, build) => {
    if (build.isMember("pg_foreign_server", row.oid)) return;
    build.add({
      kind: "server",
      name: { name: row.srvname },
      address: ["pg_foreign_server", row.oid],
      payload: defined<PayloadOf["server"]>({
        owner: build.owner(row.srvowner),
        wrapper: row.wrapper,
        type: row.srvtype,
        version: row.srvversion,
        ...withoutSecrets(row.srvoptions, isSecretOption),
      }),
      secretReferences: referencesIn(row.srvoptions, isSecretOption),
    });
  },
});

interface MappingRow {
  readonly umid: number;
  readonly srvname: string;
  readonly srvid: number;
  /** Null: PUBLIC. */
  readonly usename: string | null;
  readonly public: boolean;
  readonly umoptions: readonly string[] | null;
  readonly visible: boolean;
}

export const userMappings: Family = family<MappingRow>({
  name: "pg_user_mappings",
  query: () => `
    select m.umid, m.srvname, m.srvid, m.usename, m.umuser = 0 as public, m.umoptions,
      coalesce((select rolsuper from pg_roles where rolname = current_user), false)
        or pg_has_role(s.srvowner, 'USAGE')
          and (m.umuser = 0 or m.usename = current_user) as visible
    from pg_user_mappings m
    join pg_foreign_server s on s.oid = m.srvid`,
  rowOf: (row) => ["pg_user_mapping", row.umid],
  add: (row, build) => {
    if (build.isMember("pg_user_mapping", row.umid)) return;
    const name = { relation: row.srvname, name: row.public ? "PUBLIC" : (row.usename ?? "") };
    const id = factId("user_mapping", name).replace(/"PUBLIC"$/, row.public ? "PUBLIC" : "$&");
    if (!row.visible) build.findings.push(hiddenOptions(id));
    build.add({
      kind: "user_mapping",
      id,
      name,
      parent: build.find("pg_foreign_server", row.srvid),
      address: ["pg_user_mapping", row.umid],
      payload: defined<PayloadOf["user_mapping"]>({
        server: row.srvname,
        user: row.public ? undefined : row.usename,
        ...withoutSecrets(row.umoptions, isSecretMappingOption),
      }),
      secretReferences: referencesIn(row.umoptions, isSecretMappingOption),
    });
  },
});

function hiddenOptions(object: string): Finding {
  return {
    code: "CATALOG.HIDDEN",
    severity: "warning",
    object,
    message: "this role may not see the options of the user mapping, so they are left out",
    hint: "Read the catalog as the server's owner or as a superuser to have them compared.",
  };
}

interface ForeignTableRow {
  readonly ftrelid: number;
  readonly server: string;
  readonly server_oid: number;
  readonly ftoptions: readonly string[] | null;
}

export const foreignTables: Family = family<ForeignTableRow>({
  name: "pg_foreign_table",
  query: (server) => `
    select f.ftrelid, s.srvname as server, s.oid as server_oid, f.ftoptions
    from pg_foreign_table f
    join pg_class c on c.oid = f.ftrelid
    join pg_foreign_server s on s.oid = f.ftserver
    where ${inSchemas("c.relnamespace", server)}`,
  add: (row, build) => {
    const relation = build.relations.get(row.ftrelid);
    if (relation === undefined) return;
    const foreignOptions = optionsOf(row.ftoptions);
    build.patch(relation.id, {
      server: row.server,
      ...(foreignOptions === undefined ? {} : { foreignOptions }),
    });
    build.refer(relation.id, build.find("pg_foreign_server", row.server_oid));
  },
});

function referencesIn(
  entries: readonly string[] | null,
  isSecret: (option: string) => boolean,
): Readonly<Record<string, string>> | undefined {
  return secretReferencesIn(Object.entries(optionsOf(entries) ?? {}), isSecret);
}

interface OpenOptions {
  readonly options?: Options;
  readonly secrets?: readonly string[];
}

/** A value that is a reference is where the secret is to be had, and no secret. */
export function secretReferencesIn(
  options: Iterable<readonly [option: string, value: string]>,
  isSecret: (option: string) => boolean,
): Readonly<Record<string, string>> | undefined {
  const found = [...options].filter(
    ([option, value]) => isSecret(option) && isSecretReference(value),
  );
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function withoutSecrets(
  entries: readonly string[] | null,
  isSecret: (option: string) => boolean,
): OpenOptions {
  const all = Object.entries(optionsOf(entries) ?? {});
  const open = all.filter(([option]) => !isSecret(option));
  const secrets = all.map(([option]) => option).filter(isSecret);
  return defined<OpenOptions>({
    options: open.length === 0 ? undefined : Object.fromEntries(open),
    secrets: nonEmpty(secrets),
  });
}
