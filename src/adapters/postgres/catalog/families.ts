/** All families in the order in which they are added: names first, owners of rows before the rows, links last. */
import { aggregates } from "./aggregates.ts";
import { casts, transforms } from "./casts.ts";
import { collations, conversions } from "./collations.ts";
import { defaults } from "./defaults.ts";
import { defaultPrivileges } from "./default_privileges.ts";
import { foreignDataWrappers, foreignTables, servers, userMappings } from "./foreign.ts";
import { accessMethods, eventTriggers, languages } from "./languages.ts";
import { operatorClasses, operatorFamilies, operatorMembers } from "./operator_classes.ts";
import { operators } from "./operators.ts";
import { partitionKeys } from "./partition_keys.ts";
import { publications, publicationSchemas, publicationTables } from "./publications.ts";
import { memberships, roles, roleSettings } from "./roles.ts";
import { securityLabels } from "./security_labels.ts";
import { statistics } from "./statistics.ts";
import { subscriptions } from "./subscriptions.ts";
import {
  textSearchConfigurations,
  textSearchDictionaries,
  textSearchParsers,
  textSearchTemplates,
} from "./text_search.ts";
import { completeness, outside, serverCatalogs, unenforced } from "./completeness.ts";
import { columns, columnTypes } from "./columns.ts";
import { comments } from "./comments.ts";
import { constraints } from "./constraints.ts";
import { arrayTypes, dependencies, extensionDependencies } from "./dependencies.ts";
import type { Family } from "./family.ts";
import { changedInitialGrants, grants } from "./grants.ts";
import { indexes, indexParents } from "./indexes.ts";
import { accessMethodNames, collationNames, domainBases, operatorClassNames } from "./lookups.ts";
import { policies } from "./policies.ts";
import { inheritance, relations } from "./relations.ts";
import { routines } from "./routines.ts";
import { rules } from "./rules.ts";
import { extensions, schemas } from "./schemas.ts";
import { sequences } from "./sequences.ts";
import { triggers } from "./triggers.ts";
import { baseTypes, enumsAndDomains, ranges } from "./types.ts";

export const families: readonly Family[] = [
  serverCatalogs,
  accessMethodNames,
  operatorClassNames,
  collationNames,
  domainBases,
  roles,
  memberships,
  roleSettings,
  schemas,
  extensions,
  languages,
  accessMethods,
  relations,
  columnTypes,
  columns,
  defaults,
  sequences,
  enumsAndDomains,
  ranges,
  baseTypes,
  routines,
  aggregates,
  operators,
  operatorFamilies,
  operatorClasses,
  operatorMembers,
  casts,
  transforms,
  collations,
  conversions,
  textSearchParsers,
  textSearchTemplates,
  textSearchDictionaries,
  textSearchConfigurations,
  foreignDataWrappers,
  servers,
  userMappings,
  foreignTables,
  inheritance,
  partitionKeys,
  indexes,
  constraints,
  indexParents,
  statistics,
  triggers,
  rules,
  policies,
  eventTriggers,
  publications,
  publicationTables,
  publicationSchemas,
  subscriptions,
  grants,
  changedInitialGrants,
  defaultPrivileges,
  comments,
  securityLabels,
  arrayTypes,
  dependencies,
  extensionDependencies,
  completeness,
  outside,
  unenforced,
];
