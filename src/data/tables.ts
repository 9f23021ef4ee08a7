/**
 * What moving rows has to know of tables: columns, keys, who refers to whom. Values alone, read by the data steps and
 * used by everything here that decides.
 */

export interface ColumnFacts {
  readonly name: string;
  /** As the server writes it, user types with their schema. */
  readonly type: string;
  readonly typeOid: number;
  /** The same without its length, and a domain's base: a cast to it cuts nothing off. */
  readonly unbounded: string;
  /** pg_type.typname of what a domain is made of in the end. */
  readonly base: string;
  /** pg_type.typtype of that. */
  readonly baseKind: string;
  /** Of varchar(n) and char(n). */
  readonly lengthMax?: number;
  readonly notNull: boolean;
  readonly generated: boolean;
  readonly identity: boolean;
  /** Has a default, or is an identity. */
  readonly filled: boolean;
}

export interface TableFacts {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly isPartitioned: boolean;
  readonly columns: readonly ColumnFacts[];
  /** The primary key's columns; empty: none. */
  readonly key: readonly string[];
  /** Of the heap; 0 where rows can't be told apart by their place. */
  readonly blocks: number;
  readonly bytes: number;
  readonly origin: "user" | "extension";
  /** Of an extension's table: which rows are not the extension's own, as `where ...`. */
  readonly condition: string | undefined;
  readonly canRead: boolean;
  readonly canInsert: boolean;
  readonly isOwner: boolean;
  /** Policies that this role is subject to. */
  readonly hidesRows: boolean;
  /** Users' triggers that fire, with how they do (O, A). */
  readonly triggers: readonly TriggerFacts[];
}

export interface TriggerFacts {
  readonly name: string;
  readonly mode: string;
  readonly on: readonly ("insert" | "update")[];
}

export interface ForeignKeyFacts {
  readonly name: string;
  /** The table that has it, its partitions' root. */
  readonly table: number;
  /** Where ALTER TABLE finds the constraint. */
  readonly heldBy: { readonly schema: string; readonly name: string };
  readonly columns: readonly string[];
  readonly target: number;
  readonly targetColumns: readonly string[];
  readonly deferrable: boolean;
  readonly deferred: boolean;
}

export interface SequenceFacts {
  readonly schema: string;
  readonly name: string;
  /** bigint as text. */
  readonly last: string;
  readonly called: boolean;
  /** The column whose values it makes. */
  readonly of?: { readonly schema: string; readonly table: string; readonly column: string };
}

export interface DataInventory {
  readonly tables: readonly TableFacts[];
  readonly foreignKeys: readonly ForeignKeyFacts[];
  /** Foreign tables, whose rows are another server's. */
  readonly foreignTables: readonly string[];
  readonly largeObjects: number;
}

/** For people and for maps: `schema.table`, unquoted. */
export function tableLabel({ schema, name }: Pick<TableFacts, "schema" | "name">): string {
  return `${schema}.${name}`;
}

/** What COPY can write: not what the server computes. */
export function storedColumns(table: TableFacts): readonly ColumnFacts[] {
  return table.columns.filter(({ generated }) => !generated);
}
