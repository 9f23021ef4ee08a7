/** All families in the order in which they are added: names first, owners of rows before the rows, links last. */
import { columns } from "./columns.ts";
import { comments } from "./comments.ts";
import { constraints } from "./constraints.ts";
import { dependencies, extensionDependencies } from "./dependencies.ts";
import type { Family } from "./family.ts";
import { grants } from "./grants.ts";
import { indexColumns, indexes, indexParents } from "./indexes.ts";
import { collationNames, operatorClassNames } from "./lookups.ts";
import { policies } from "./policies.ts";
import { inheritance, relations } from "./relations.ts";
import { routines } from "./routines.ts";
import { rules } from "./rules.ts";
import { extensions, schemas } from "./schemas.ts";
import { sequences } from "./sequences.ts";
import { triggers } from "./triggers.ts";
import { baseTypes, enumsAndDomains, ranges } from "./types.ts";

export const families: readonly Family[] = [
  operatorClassNames,
  collationNames,
  schemas,
  extensions,
  relations,
  columns,
  sequences,
  enumsAndDomains,
  ranges,
  baseTypes,
  routines,
  inheritance,
  indexes,
  constraints,
  indexParents,
  indexColumns,
  triggers,
  rules,
  policies,
  grants,
  comments,
  dependencies,
  extensionDependencies,
];
