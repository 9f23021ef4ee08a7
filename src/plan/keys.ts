/** How actions and parts of facts are called inside a plan. */
import type { FactId } from "../catalog/id.ts";

export function createKey(id: FactId): string {
  return `create ${id}`;
}

export function dropKey(id: FactId): string {
  return `drop ${id}`;
}

/** What is free when an object that is made again is gone. */
export function goneFirst({ id }: { readonly id: FactId }): string {
  return `fact ${id}`;
}

/** The old object, when it has made way for the new one by another name. */
export function asideOf(id: FactId): string {
  return `aside ${id}`;
}

/** The object's owner, which grants come after. */
export function ownerOf(id: FactId): string {
  return `owner ${id}`;
}

/** What was to be revoked on the object is, which takes along what its columns had. */
export function rightsOf(id: FactId): string {
  return `rights on ${id}`;
}

/** A base type that is declared and not defined yet. */
export function shellOf(id: FactId): string {
  return `shell ${id}`;
}

/** That the table is no longer bound to the parents of the from-side. */
export function detachmentOf(table: FactId | undefined): string {
  return `detachment ${table ?? ""}`;
}

/** The table's membership in its parents, apart from the table itself. */
export function attachmentOf(table: FactId | undefined): string {
  return `attachment ${table ?? ""}`;
}

/** The table has what is to stay inherited from a stand-in, and can leave its parents. */
export function standInOf(table: FactId | undefined): string {
  return `stand-in ${table ?? ""}`;
}

/** The rows of a table that is made again are in it. */
export function rowsOf(table: FactId): string {
  return `rows of ${table}`;
}

/** The relation's row type, which nothing changes while a stored column holds a row. */
export function rowTypeOf(relation: FactId): string {
  return `row type ${relation}`;
}

/** The table is no longer bound to the type that it was made of. */
export function unboundOf(table: FactId | undefined): string {
  return `unbound ${table ?? ""}`;
}

/** An attribute of a type that is not there any more. */
export function goneOf(attribute: FactId): string {
  return `gone ${attribute}`;
}

/** A name that a column of the from-side holds until it is gone. */
export function columnName(column: FactId): string {
  return `column name ${column}`;
}

/** The column is of the type that it is to have, where it was of another. */
export function retypedOf(column: FactId): string {
  return `retyped ${column}`;
}

/** The column's NOT NULL, which an identity and a comment on it need. */
export function notNullOf({ id }: { readonly id: FactId }): string {
  return `not null ${id}`;
}

/** The column's NOT NULL is gone, where it goes. */
export function nullableOf(column: FactId): string {
  return `nullable ${column}`;
}

/** The table leaves its parent and comes back within one action. */
export function awayOf(table: FactId | undefined): string {
  return `away ${table ?? ""}`;
}

/** Whether the table is logged is as it is to be. */
export function persistenceOf(table: FactId): string {
  return `persistence of ${table}`;
}

/** What an extension made by the object's name, and was taken out of it, is gone. */
export function roomFor(id: FactId): string {
  return `room for ${id}`;
}
