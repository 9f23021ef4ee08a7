/**
 * What lockstep asks of a PostgreSQL connection. Implemented by adapters/postgres; the deploy code sees only this.
 */

export type SqlValue = string | number | bigint | boolean | null | Uint8Array | readonly SqlValue[];
/** Values as text decodes them: json parsed, bool and int4 typed, int8, numeric and timestamps as strings. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * A row in binary, its values read one after the other in the order in which the query selects them. It is good for
 * the moment of the call only: the next row is read through the same object.
 */
export interface RowValues {
  /** Of bool (0 or 1), "char" (its code), int2, int4; 0 for null. */
  int(): number;
  /** Of oid; 0 for null. */
  oid(): number;
  /** Of text, name, json; the same text comes as the same string where it is short. */
  text(): string | null;
  /** Of text[] and name[]. */
  texts(): readonly string[] | null;
  /** Of int2vector, oidvector, int2[] and oid[]; none for null. */
  numbers(): readonly number[];
}

export interface ServerFacts {
  /** server_version_num, such as 180004. */
  readonly versionNumber: number;
  readonly major: number;
  /** As announced when the connection was made; behind a pooler it is not the server's own. */
  readonly backendPid: number;
  /** Names of startup settings that the other end would not take (a pooler): use SET LOCAL for them. */
  readonly refusedSettings: readonly string[];
}

/** One statement's outcome in a script. */
export interface StatementResult {
  /** The server's command tag, such as `CREATE TABLE` or `INSERT 0 3`. */
  readonly tag: string;
  readonly rows: readonly Row[];
  readonly fields: readonly string[];
}

export interface Notice {
  readonly severity: string;
  readonly message: string;
  readonly sqlState?: string;
  readonly detail?: string;
  readonly hint?: string;
}

/**
 * The server's own account of a failed statement. Thrown by Session methods; use cases turn it into a
 * LockstepError that knows file and line.
 */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly sqlState: string;
  /** Characters from the start of the text that was sent, from 1; undefined when the server named none. */
  readonly position: number | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** PL/pgSQL call stack and the like. */
  readonly context: string | undefined;
  /** How many statements of the script had completed before this one. */
  readonly completed: number;
  /** ERROR, FATAL or PANIC, never translated. */
  readonly severity: string;
  /** What the server says the error is about. */
  readonly object: ServerErrorObject;

  constructor(message: string, init: ServerErrorInit) {
    super(message, init.cause === undefined ? {} : { cause: init.cause });
    this.sqlState = init.sqlState;
    this.position = init.position;
    this.detail = init.detail;
    this.hint = init.hint;
    this.context = init.context;
    this.completed = init.completed ?? 0;
    this.severity = init.severity ?? "ERROR";
    this.object = init.object ?? {};
  }
}

export interface ServerErrorObject {
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly dataType?: string;
  readonly constraint?: string;
}

export interface ServerErrorInit {
  readonly sqlState: string;
  readonly position?: number | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly context?: string | undefined;
  readonly completed?: number;
  readonly severity?: string;
  readonly object?: ServerErrorObject;
  readonly cause?: unknown;
}

/** The connection is gone: what was in flight may or may not have happened. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  /** What the server said before it hung up, such as 57P01 of pg_terminate_backend. */
  readonly lastWords: ServerError | undefined;

  constructor(
    message: string,
    init: { readonly lastWords?: ServerError; readonly cause?: unknown },
  ) {
    super(message, init.cause === undefined ? {} : { cause: init.cause });
    this.lastWords = init.lastWords;
  }
}

export type TransactionStatus = "idle" | "open" | "failed";

/** A message of an output plugin, or a piece of one that is too large to be held. */
export interface MessagePiece {
  readonly bytes: Uint8Array;
  /** How many bytes of the message come in the pieces behind it. */
  readonly rest: number;
}

export interface ScriptSending {
  readonly behindOthers: boolean;
}

export interface Session {
  readonly server: ServerFacts;
  /** As the server said when it last was ready for a query. */
  readonly transaction: TransactionStatus;
  /**
   * One statement by the extended protocol. Several calls may be made without waiting: they travel together
   * and are answered in order.
   */
  query(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /**
   * As `query`, but each row is handed on as it arrives and none is kept. Of calls made without waiting, the rows of
   * one all come before those of the next. What `take` throws is what the call ends with.
   */
  each(text: string, take: (row: Row) => void): Promise<void>;
  /** As `each`, with nothing made of the values that are not asked for: for answers of many rows. */
  read(text: string, take: (values: RowValues) => void): Promise<void>;
  /**
   * Several statements by the simple protocol, one round trip; the server stops at the first error. `behindOthers`: it
   * is sent at once, whatever has not been answered yet, so it must not begin a COPY from the client.
   */
  script(text: string, how?: ScriptSending): Promise<readonly StatementResult[]>;
  /** COPY ... FROM STDIN; resolves to the number of rows. */
  copyIn(
    statement: string,
    data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<number>;
  /** COPY ... TO STDOUT, in pieces that end anywhere: a row may be larger than what memory should hold. */
  copyOut(statement: string): AsyncIterable<Uint8Array>;
  /**
   * START_REPLICATION: what an output plugin says, a packet at a time, until the reader stops; then the session can only
   * be closed. `confirms`: the server may remove its log up to where it was read.
   */
  follow(statement: string, confirms: boolean): AsyncIterable<readonly MessagePiece[]>;
  /** Subscribes to notices; returns the way to unsubscribe. */
  onNotice(listener: (notice: Notice) => void): () => void;
  /**
   * Whether a pooler sits between, so that session locks and SET can't be relied on: the server's own pid
   * differs from the announced one. One round trip the first time.
   */
  isPooled(): Promise<boolean>;
  /** Asks the server to cancel what this session is running; what comes of it, the running call reports. */
  cancel(): Promise<void>;
  /** Resolves when the connection is lost or closed; never rejects. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Appears in pg_stat_activity; carries the deployment's id. */
  readonly applicationName?: string;
  /** Settings sent in the startup packet, in force from the first statement. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Another database on the same server. */
  readonly database?: string;
  /** Ends the attempt with its reason; a session that is there already is not touched. */
  readonly signal?: AbortSignal | undefined;
}

export interface Database {
  /** For people: host, port, database, user; never a password. */
  readonly label: string;
  /** The database's name, as it was given. */
  readonly name: string;
  /** What the connection settings said that lockstep does not use, one line each, for people. */
  readonly notes: readonly string[];
  connect(options?: ConnectOptions): Promise<Session>;
  /** libpq's variables for PostgreSQL's own programs; one of them may be the password. */
  clientVariables?(): Promise<Readonly<Record<string, string>>>;
}
