/**
 * The table of kinds: what each is called, what carries it, and how far it can be commented, owned and granted.
 * Everything that knows a kind by name is a row here, a payload shape, a reader and a rule of the plan; the
 * comparison and the fingerprint know none.
 */

export interface KindEntry {
  /** For people: "materialized view". */
  readonly label: string;
  /** What COMMENT ON, GRANT ON, ALTER ... OWNER and SECURITY LABEL call it; undefined where SQL has no word. */
  readonly keyword?: string;
  /** The first argument of acldefault(), for kinds that can be granted on. */
  readonly aclClass?: "r" | "c" | "s" | "n" | "f" | "T" | "l" | "F" | "S" | "d" | "t" | "p";
  /** Whether the payload has an `owner`. */
  readonly owned?: true;
  /** Not read unless the filter asks: things of the whole cluster rather than of this database. */
  readonly optIn?: true;
  /** Attributes that hold an order which means nothing to a query; left aside from level `column-order` on. */
  readonly orderAttributes?: readonly string[];
  /** Those of them that no statement changes, so that a plan leaves them aside. */
  readonly fixedAttributes?: readonly string[];
  /** Records of options, which the server keeps in the order of their writing; that counts at level `strict` alone. */
  readonly optionAttributes?: readonly string[];
  /** Attributes that change only how rows are stored or found; left aside at level `semantic`. */
  readonly storageAttributes?: readonly string[];
  /** Attributes that hold text as the server deparses it, which a restore may change without changing its meaning. */
  readonly deparsedAttributes?: readonly string[];
  /** The whole kind is left aside at this level. */
  readonly aside?: "semantic";
}

export const kinds = {
  role: { label: "role", keyword: "ROLE", optIn: true },
  membership: { label: "membership", optIn: true },
  setting: { label: "setting", optIn: true },
  schema: { label: "schema", keyword: "SCHEMA", aclClass: "n", owned: true },
  extension: { label: "extension", keyword: "EXTENSION" },
  language: { label: "language", keyword: "LANGUAGE", aclClass: "l", owned: true },
  access_method: { label: "access method", keyword: "ACCESS METHOD" },

  table: {
    label: "table",
    keyword: "TABLE",
    aclClass: "r",
    owned: true,
    storageAttributes: [
      "unlogged",
      "accessMethod",
      "tablespace",
      "options",
      "toastOptions",
      "clusterOn",
    ],
    optionAttributes: ["options", "toastOptions"],
    deparsedAttributes: ["partitionKey", "partitionOf"],
  },
  foreign_table: {
    label: "foreign table",
    keyword: "FOREIGN TABLE",
    aclClass: "r",
    owned: true,
    optionAttributes: ["foreignOptions"],
  },
  view: {
    label: "view",
    keyword: "VIEW",
    aclClass: "r",
    owned: true,
    optionAttributes: ["options"],
    deparsedAttributes: ["query"],
  },
  materialized_view: {
    label: "materialized view",
    keyword: "MATERIALIZED VIEW",
    aclClass: "r",
    owned: true,
    storageAttributes: ["accessMethod", "tablespace", "options", "toastOptions", "clusterOn"],
    optionAttributes: ["options", "toastOptions"],
    deparsedAttributes: ["query"],
  },
  sequence: {
    label: "sequence",
    keyword: "SEQUENCE",
    aclClass: "s",
    owned: true,
    storageAttributes: ["cache", "unlogged"],
  },
  column: {
    label: "column",
    keyword: "COLUMN",
    aclClass: "c",
    orderAttributes: ["position"],
    fixedAttributes: ["position"],
    optionAttributes: ["options", "foreignOptions"],
    storageAttributes: ["storage", "compression", "statisticsTarget", "options"],
    deparsedAttributes: ["generated"],
  },
  default: { label: "default", deparsedAttributes: ["expression"] },
  constraint: {
    label: "constraint",
    keyword: "CONSTRAINT",
    deparsedAttributes: ["expression", "index"],
  },
  index: {
    label: "index",
    keyword: "INDEX",
    storageAttributes: ["options", "tablespace"],
    optionAttributes: ["options"],
    deparsedAttributes: ["keys", "predicate"],
  },
  statistics: {
    label: "statistics object",
    keyword: "STATISTICS",
    owned: true,
    aside: "semantic",
    deparsedAttributes: ["expressions"],
  },
  trigger: { label: "trigger", keyword: "TRIGGER", deparsedAttributes: ["when"] },
  rule: { label: "rule", keyword: "RULE", deparsedAttributes: ["definition"] },
  policy: {
    label: "policy",
    keyword: "POLICY",
    orderAttributes: ["roleOrder"],
    deparsedAttributes: ["using", "withCheck"],
  },

  enum: { label: "enum type", keyword: "TYPE", aclClass: "T", owned: true },
  domain: {
    label: "domain",
    keyword: "DOMAIN",
    aclClass: "T",
    owned: true,
    deparsedAttributes: ["default"],
  },
  composite: { label: "composite type", keyword: "TYPE", aclClass: "T", owned: true },
  attribute: { label: "attribute", keyword: "COLUMN" },
  range: { label: "range type", keyword: "TYPE", aclClass: "T", owned: true },
  base_type: { label: "base type", keyword: "TYPE", aclClass: "T", owned: true },

  function: {
    label: "function",
    keyword: "FUNCTION",
    aclClass: "f",
    owned: true,
    storageAttributes: ["cost", "rows", "parallel", "support"],
    deparsedAttributes: ["sqlBody", "arguments"],
  },
  procedure: {
    label: "procedure",
    keyword: "PROCEDURE",
    aclClass: "f",
    owned: true,
    deparsedAttributes: ["sqlBody", "arguments"],
  },
  aggregate: { label: "aggregate", keyword: "AGGREGATE", aclClass: "f", owned: true },
  event_trigger: { label: "event trigger", keyword: "EVENT TRIGGER", owned: true },
  operator: { label: "operator", keyword: "OPERATOR", owned: true },
  operator_class: { label: "operator class", keyword: "OPERATOR CLASS", owned: true },
  operator_family: { label: "operator family", keyword: "OPERATOR FAMILY", owned: true },
  cast: { label: "cast", keyword: "CAST" },
  transform: { label: "transform", keyword: "TRANSFORM" },
  collation: { label: "collation", keyword: "COLLATION", owned: true },
  conversion: { label: "conversion", keyword: "CONVERSION", owned: true },

  text_search_parser: { label: "text search parser", keyword: "TEXT SEARCH PARSER" },
  text_search_template: { label: "text search template", keyword: "TEXT SEARCH TEMPLATE" },
  text_search_dictionary: {
    label: "text search dictionary",
    keyword: "TEXT SEARCH DICTIONARY",
    owned: true,
  },
  text_search_configuration: {
    label: "text search configuration",
    keyword: "TEXT SEARCH CONFIGURATION",
    owned: true,
  },

  foreign_data_wrapper: {
    label: "foreign-data wrapper",
    keyword: "FOREIGN DATA WRAPPER",
    aclClass: "F",
    owned: true,
    optionAttributes: ["options"],
  },
  server: {
    label: "server",
    keyword: "SERVER",
    aclClass: "S",
    owned: true,
    optionAttributes: ["options"],
  },
  user_mapping: { label: "user mapping", optionAttributes: ["options"] },
  publication: { label: "publication", keyword: "PUBLICATION", owned: true },
  publication_table: { label: "publication's table", deparsedAttributes: ["filter"] },
  publication_schema: { label: "publication's schema" },
  subscription: { label: "subscription", keyword: "SUBSCRIPTION", owned: true },

  extension_dependency: { label: "dependency on an extension" },
  grant: { label: "grant" },
  default_privileges: { label: "default privileges" },
  comment: { label: "comment", aside: "semantic" },
  security_label: { label: "security label" },
} as const;

export type Kind = keyof typeof kinds;

export function kindEntry(kind: Kind): KindEntry {
  return kinds[kind];
}
