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
import { memberships, roleComments, roles, roleSettings } from "./roles.ts";
import { securityLabels } from "./security_labels.ts";
import { statistics } from "./statistics.ts";
import { subscriptions } from "./subscriptions.ts";
import {
  textSearchConfigurations,
  textSearchDictionaries,
  textSearchParsers,
  textSearchTemplates,
} from "./text_search.ts";
import { changedBuiltIns } from "./built_in.ts";
import { completeness, outside, serverCatalogs, unenforced } from "./completeness.ts";
import { columns, columnTypes } from "./columns.ts";
import { comments } from "./comments.ts";
import { constraints } from "./constraints.ts";
import { arrayTypes, dependencies, extensionDependencies } from "./dependencies.ts";
import { changedMembersOfExtensions } from "./extension_members.ts";
import type { Family } from "./family.ts";
import { onlyWith } from "./filled.ts";
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
  onlyWith(["pg_partitioned_table"], collationNames),
  domainBases,
  roles,
  roleComments,
  memberships,
  roleSettings,
  schemas,
  extensions,
  onlyWith(["pg_language"], languages),
  onlyWith(["pg_am"], accessMethods),
  relations,
  columnTypes,
  columns,
  defaults,
  sequences,
  enumsAndDomains,
  onlyWith(["pg_range"], ranges),
  baseTypes,
  routines,
  onlyWith(["pg_aggregate"], aggregates),
  onlyWith(["pg_operator"], operators),
  onlyWith(["pg_opfamily"], operatorFamilies),
  onlyWith(["pg_opclass"], operatorClasses),
  onlyWith(["pg_amop", "pg_amproc"], operatorMembers),
  onlyWith(["pg_cast"], casts),
  onlyWith(["pg_transform"], transforms),
  onlyWith(["pg_collation"], collations),
  onlyWith(["pg_conversion"], conversions),
  onlyWith(["pg_ts_parser"], textSearchParsers),
  onlyWith(["pg_ts_template"], textSearchTemplates),
  onlyWith(["pg_ts_dict"], textSearchDictionaries),
  onlyWith(["pg_ts_config"], textSearchConfigurations),
  onlyWith(["pg_foreign_data_wrapper"], foreignDataWrappers),
  onlyWith(["pg_foreign_server"], servers),
  onlyWith(["pg_foreign_server"], userMappings),
  onlyWith(["pg_foreign_table"], foreignTables),
  onlyWith(["pg_inherits"], inheritance),
  onlyWith(["pg_partitioned_table"], partitionKeys),
  indexes,
  constraints,
  onlyWith(["pg_inherits"], indexParents),
  onlyWith(["pg_statistic_ext"], statistics),
  triggers,
  rules,
  onlyWith(["pg_policy"], policies),
  onlyWith(["pg_event_trigger"], eventTriggers),
  onlyWith(["pg_publication"], publications),
  onlyWith(["pg_publication"], publicationTables),
  onlyWith(["pg_publication"], publicationSchemas),
  onlyWith(["pg_subscription"], subscriptions),
  grants,
  changedInitialGrants,
  onlyWith(["pg_default_acl"], defaultPrivileges),
  comments,
  onlyWith(["pg_seclabel"], securityLabels),
  arrayTypes,
  dependencies,
  extensionDependencies,
  completeness,
  outside,
  unenforced,
  changedBuiltIns,
  changedMembersOfExtensions,
];
