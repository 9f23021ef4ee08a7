/** Text search parsers, templates, dictionaries and configurations: pg_ts_*. */
import type { PayloadOf } from "../../../catalog/payload.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { defined } from "./attributes.ts";
import type { CatalogBuild } from "./build.ts";
import { family, inSchemas, procedureName, type Family } from "./family.ts";

interface Named {
  readonly oid: number;
  readonly name: string;
  readonly namespace: number;
}

function placeOf(row: Named, catalog: string, build: CatalogBuild) {
  const schema = build.schema(row.namespace);
  return {
    name: { schema: schema.name, name: row.name },
    parent: schema.parent,
    address: [catalog, row.oid] as const,
  };
}

interface ParserRow extends Named {
  readonly start: QualifiedName;
  readonly token: QualifiedName;
  readonly end: QualifiedName;
  readonly headline: QualifiedName | null;
  readonly lex_types: QualifiedName;
}

export const textSearchParsers: Family = family<ParserRow>({
  name: "pg_ts_parser",
  query: (server) => `
    select t.oid, t.prsname as name, t.prsnamespace as namespace, ${procedureName("t.prsstart")} as start,
      ${procedureName("t.prstoken")} as token, ${procedureName("t.prsend")} as end,
      ${procedureName("t.prsheadline")} as headline, ${procedureName("t.prslextype")} as lex_types
    from pg_ts_parser t
    where ${inSchemas("t.prsnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_ts_parser", row.oid)) return;
    build.add({
      kind: "text_search_parser",
      ...placeOf(row, "pg_ts_parser", build),
      payload: defined<PayloadOf["text_search_parser"]>({
        start: row.start,
        token: row.token,
        end: row.end,
        headline: row.headline,
        lexTypes: row.lex_types,
      }),
    });
  },
});

interface TemplateRow extends Named {
  readonly init: QualifiedName | null;
  readonly lexize: QualifiedName;
}

export const textSearchTemplates: Family = family<TemplateRow>({
  name: "pg_ts_template",
  query: (server) => `
    select t.oid, t.tmplname as name, t.tmplnamespace as namespace, ${procedureName("t.tmplinit")} as init,
      ${procedureName("t.tmpllexize")} as lexize
    from pg_ts_template t
    where ${inSchemas("t.tmplnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_ts_template", row.oid)) return;
    build.add({
      kind: "text_search_template",
      ...placeOf(row, "pg_ts_template", build),
      payload: defined<PayloadOf["text_search_template"]>({ init: row.init, lexize: row.lexize }),
    });
  },
});

interface DictionaryRow extends Named {
  readonly owner: number;
  readonly template: QualifiedName;
  readonly options: string | null;
}

export const textSearchDictionaries: Family = family<DictionaryRow>({
  name: "pg_ts_dict",
  query: (server) => `
    select t.oid, t.dictname as name, t.dictnamespace as namespace, t.dictowner as owner,
      json_build_object('schema', n.nspname, 'name', m.tmplname) as template, t.dictinitoption as options
    from pg_ts_dict t
    join pg_ts_template m on m.oid = t.dicttemplate
    join pg_namespace n on n.oid = m.tmplnamespace
    where ${inSchemas("t.dictnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_ts_dict", row.oid)) return;
    build.add({
      kind: "text_search_dictionary",
      ...placeOf(row, "pg_ts_dict", build),
      payload: defined<PayloadOf["text_search_dictionary"]>({
        owner: build.owner(row.owner),
        template: row.template,
        options: row.options,
      }),
    });
  },
});

interface ConfigurationRow extends Named {
  readonly owner: number;
  readonly parser: QualifiedName;
  readonly mappings: readonly Mapping[] | null;
}

interface Mapping {
  readonly token: string;
  readonly dictionaries: readonly QualifiedName[];
}

export const textSearchConfigurations: Family = family<ConfigurationRow>({
  name: "pg_ts_config, pg_ts_config_map",
  query: (server) => `
    select t.oid, t.cfgname as name, t.cfgnamespace as namespace, t.cfgowner as owner,
      json_build_object('schema', n.nspname, 'name', p.prsname) as parser,
      (select json_agg(json_build_object('token', m.token, 'dictionaries', m.dictionaries) order by m.token)
        from (
          select (select y.alias from ts_token_type(t.cfgparser) y where y.tokid = g.maptokentype) as token,
            json_agg(json_build_object('schema', dn.nspname, 'name', d.dictname) order by g.mapseqno)
              as dictionaries
          from pg_ts_config_map g
          join pg_ts_dict d on d.oid = g.mapdict
          join pg_namespace dn on dn.oid = d.dictnamespace
          where g.mapcfg = t.oid group by g.maptokentype
        ) m) as mappings
    from pg_ts_config t
    join pg_ts_parser p on p.oid = t.cfgparser
    join pg_namespace n on n.oid = p.prsnamespace
    where ${inSchemas("t.cfgnamespace", server)}`,
  add: (row, build) => {
    if (build.isMember("pg_ts_config", row.oid)) return;
    const mappings = (row.mappings ?? []).map(({ token, dictionaries }) => [token, dictionaries]);
    build.add({
      kind: "text_search_configuration",
      ...placeOf(row, "pg_ts_config", build),
      payload: defined<PayloadOf["text_search_configuration"]>({
        owner: build.owner(row.owner),
        parser: row.parser,
        mappings: mappings.length === 0 ? undefined : Object.fromEntries(mappings),
      }),
    });
  },
});
