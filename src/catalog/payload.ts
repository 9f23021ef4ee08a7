/** Which payload each kind has. The shapes live in payloads/, one file per family. */
import type * as access from "./payloads/access.ts";
import type * as code from "./payloads/code.ts";
import type * as foreign from "./payloads/foreign.ts";
import type * as relations from "./payloads/relations.ts";
import type * as replication from "./payloads/replication.ts";
import type * as search from "./payloads/text_search.ts";
import type * as types from "./payloads/types.ts";
import type { Kind } from "./kinds.ts";

interface Payloads {
  readonly role: access.RolePayload;
  readonly membership: access.MembershipPayload;
  readonly setting: access.SettingPayload;
  readonly schema: access.SchemaPayload;
  readonly extension: access.ExtensionPayload;
  readonly language: code.LanguagePayload;
  readonly access_method: code.AccessMethodPayload;
  readonly table: relations.TablePayload;
  readonly foreign_table: foreign.ForeignTablePayload;
  readonly view: relations.ViewPayload;
  readonly materialized_view: relations.MaterializedViewPayload;
  readonly sequence: relations.SequencePayload;
  readonly column: relations.ColumnPayload;
  readonly default: relations.DefaultPayload;
  readonly constraint: relations.ConstraintPayload;
  readonly index: relations.IndexPayload;
  readonly statistics: relations.StatisticsPayload;
  readonly trigger: code.TriggerPayload;
  readonly rule: code.RulePayload;
  readonly policy: access.PolicyPayload;
  readonly enum: types.EnumPayload;
  readonly domain: types.DomainPayload;
  readonly composite: types.CompositePayload;
  readonly attribute: types.AttributePayload;
  readonly range: types.RangePayload;
  readonly base_type: types.BaseTypePayload;
  readonly function: code.FunctionPayload;
  readonly procedure: code.FunctionPayload;
  readonly aggregate: code.AggregatePayload;
  readonly event_trigger: code.EventTriggerPayload;
  readonly operator: code.OperatorPayload;
  readonly operator_class: code.OperatorClassPayload;
  readonly operator_family: code.OperatorFamilyPayload;
  readonly cast: code.CastPayload;
  readonly transform: code.TransformPayload;
  readonly collation: types.CollationPayload;
  readonly conversion: code.ConversionPayload;
  readonly text_search_parser: search.ParserPayload;
  readonly text_search_template: search.TemplatePayload;
  readonly text_search_dictionary: search.DictionaryPayload;
  readonly text_search_configuration: search.ConfigurationPayload;
  readonly foreign_data_wrapper: foreign.ForeignDataWrapperPayload;
  readonly server: foreign.ServerPayload;
  readonly user_mapping: foreign.UserMappingPayload;
  readonly publication: replication.PublicationPayload;
  readonly publication_table: replication.PublicationTablePayload;
  readonly publication_schema: replication.PublicationSchemaPayload;
  readonly subscription: replication.SubscriptionPayload;
  readonly extension_dependency: access.ExtensionDependencyPayload;
  readonly grant: access.GrantPayload;
  readonly default_privileges: access.DefaultPrivilegesPayload;
  readonly comment: access.CommentPayload;
  readonly security_label: access.SecurityLabelPayload;
}

/** One shape per kind, and a compile error for a kind that has none. */
export type PayloadOf = { readonly [K in Kind]: Payloads[K] };
