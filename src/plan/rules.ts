/**
 * The table of rules, one per kind, and the only way to call them. A new kind is a new row. It decides nothing
 * itself.
 */
import type { Fact, FactOf } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import type { Kind } from "../catalog/kinds.ts";
import type { ActionDraft } from "./actions.ts";
import type { Planning } from "./planning.ts";
import { replace, type Alteration, type Change, type Companion, type Rule } from "./rule.ts";
import * as access from "./rules/access.ts";
import * as attached from "./rules/attached.ts";
import { columnRule } from "./rules/column.ts";
import * as composite from "./rules/composite.ts";
import { constraintRule } from "./rules/constraint.ts";
import { defaultRule } from "./rules/default.ts";
import { defaultPrivilegesRule } from "./rules/default_privileges.ts";
import { domainRule } from "./rules/domain.ts";
import { enumRule } from "./rules/enum.ts";
import * as foreign from "./rules/foreign.ts";
import { grantRule } from "./rules/grant.ts";
import { indexRule } from "./rules/index.ts";
import { materializedViewRule } from "./rules/materialized_view.ts";
import * as operator from "./rules/operator.ts";
import * as replication from "./rules/replication.ts";
import * as role from "./rules/role.ts";
import * as routine from "./rules/routine.ts";
import { sequenceRule } from "./rules/sequence.ts";
import { statisticsRule } from "./rules/statistics.ts";
import { tableRule } from "./rules/table.ts";
import { takingOut } from "./rules/taken_out.ts";
import * as search from "./rules/text_search.ts";
import * as trigger from "./rules/trigger.ts";
import * as types from "./rules/types.ts";
import { viewRule } from "./rules/view.ts";

const rules: { readonly [K in Kind]: Rule<K> } = {
  role: role.roleRule,
  membership: role.membershipRule,
  setting: role.settingRule,
  schema: access.schemaRule,
  extension: access.extensionRule,
  extension_dependency: attached.extensionDependencyRule,
  language: access.languageRule,
  access_method: access.accessMethodRule,
  table: tableRule,
  foreign_table: foreign.foreignTableRule,
  view: viewRule,
  materialized_view: materializedViewRule,
  sequence: sequenceRule,
  column: columnRule,
  default: defaultRule,
  constraint: constraintRule,
  index: indexRule,
  statistics: statisticsRule,
  trigger: trigger.triggerRule,
  rule: trigger.rewriteRule,
  policy: access.policyRule,
  enum: enumRule,
  domain: domainRule,
  composite: composite.compositeRule,
  attribute: composite.attributeRule,
  range: types.rangeRule,
  base_type: types.baseTypeRule,
  function: routine.functionRule,
  procedure: routine.procedureRule,
  aggregate: routine.aggregateRule,
  event_trigger: trigger.eventTriggerRule,
  operator: operator.operatorRule,
  operator_class: operator.operatorClassRule,
  operator_family: operator.operatorFamilyRule,
  cast: operator.castRule,
  transform: operator.transformRule,
  collation: types.collationRule,
  conversion: types.conversionRule,
  text_search_parser: search.textSearchParserRule,
  text_search_template: search.textSearchTemplateRule,
  text_search_dictionary: search.textSearchDictionaryRule,
  text_search_configuration: search.textSearchConfigurationRule,
  foreign_data_wrapper: foreign.foreignDataWrapperRule,
  server: foreign.serverRule,
  user_mapping: foreign.userMappingRule,
  publication: replication.publicationRule,
  publication_table: replication.publicationTableRule,
  publication_schema: replication.publicationSchemaRule,
  subscription: replication.subscriptionRule,
  grant: grantRule,
  default_privileges: defaultPrivilegesRule,
  comment: attached.commentRule,
  security_label: attached.securityLabelRule,
};

function ruleOf<K extends Kind>(kind: K): Rule<K> {
  return rules[kind];
}

export function createActions<K extends Kind>(
  fact: FactOf<K>,
  planning: Planning,
): readonly ActionDraft[] {
  return takingOut(fact, planning) ?? ruleOf(fact.kind).create(fact, planning);
}

export function dropActions<K extends Kind>(
  fact: FactOf<K>,
  planning: Planning,
): readonly ActionDraft[] {
  return ruleOf(fact.kind).drop(fact, planning);
}

/** Two facts of one id have one kind, which the union of all facts does not say. */
export interface AnyChange {
  readonly from: Fact;
  readonly to: Fact;
  readonly attributes: ReadonlySet<string>;
}

export function alterationOf(change: AnyChange, planning: Planning): Alteration {
  const rule: Rule<Kind> = ruleOf<Kind>(change.to.kind);
  return rule.alter?.(change satisfies Change<Kind>, planning) ?? replace;
}

export function alterActions(change: AnyChange, planning: Planning): readonly ActionDraft[] {
  const alteration = alterationOf(change, planning);
  return alteration.kind === "alter" ? alteration.actions : [];
}

export function canRelease(fact: Fact, replaced: FactId, planning: Planning): boolean {
  return ruleOf<Kind>(fact.kind).canRelease?.(fact, replaced, planning) ?? false;
}

export function holds(fact: Fact, referrer: Fact, planning: Planning): boolean {
  return ruleOf<Kind>(fact.kind).holds?.(fact, referrer, planning) ?? false;
}

export function isFragile(fact: Fact, planning: Planning): boolean {
  return ruleOf<Kind>(fact.kind).isFragile?.(fact, planning) ?? false;
}

export function comesOnlyWith(fact: Fact, planning: Planning): readonly FactId[] {
  return ruleOf<Kind>(fact.kind).comesOnlyWith?.(fact, planning) ?? [];
}

export function displaces(fact: Fact, planning: Planning): readonly FactId[] {
  return ruleOf<Kind>(fact.kind).displaces?.(fact, planning) ?? [];
}

export function goesOnlyWith(fact: Fact, planning: Planning): FactId | undefined {
  return ruleOf<Kind>(fact.kind).goesOnlyWith?.(fact, planning);
}

export function namesOf(fact: Fact): readonly string[] {
  return ruleOf<Kind>(fact.kind).names?.(fact) ?? [];
}

export function companionOf(fact: Fact, planning: Planning): Companion | undefined {
  return ruleOf<Kind>(fact.kind).dropsWith?.(fact, planning);
}
