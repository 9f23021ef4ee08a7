/**
 * The port's Session on top of a wire. One file for what a query, a script and a COPY mean in messages; nothing
 * here knows about TLS, passwords or retries.
 */
import { serialize } from "pg-protocol";
import {
  ServerError,
  type Row,
  type RowValues,
  type ServerFacts,
  type Session,
  type SqlValue,
  type StatementResult,
} from "../../ports/database.ts";
import { copyIn, copyOut } from "./copy.ts";
import { openBinaryRow } from "./binary-row.ts";
import { openCollector } from "./collector.ts";
import { encodeValue } from "./values.ts";
import { follow } from "./follow.ts";
import { openKnownTexts, type KnownTexts } from "./known-texts.ts";
import type { Request, Wire } from "./wire.ts";

export interface SessionParts {
  readonly wire: Wire;
  readonly server: ServerFacts;
  /** Opens a second connection that asks the server to cancel this one's statement. */
  readonly cancel: () => Promise<void>;
}

export function openSession({ wire, server, cancel }: SessionParts): Session {
  let pooled: Promise<boolean> | undefined;
  let texts: KnownTexts | undefined;
  const session: Session = {
    server,
    get transaction() {
      return wire.transaction();
    },
    query: (text, values) => query(wire, text, values ?? []),
    each: (text, take) => each(wire, text, take),
    read: (text, take) => read({ wire, texts: (texts ??= openKnownTexts()) }, text, take),
    script: (text, how) => script(wire, text, how?.behindOthers !== true),
    copyIn: (statement, data) => copyIn(wire, statement, data),
    copyOut: (statement) => copyOut(wire, statement, cancel),
    follow: (statement, confirms) => follow(wire, statement, confirms),
    onNotice: (listener) => wire.onNotice(listener),
    isPooled: () => (pooled ??= isPooled(wire, server)),
    cancel,
    ended: wire.ended,
    close: () => wire.close(),
  };
  return session;
}

async function isPooled(wire: Wire, server: ServerFacts): Promise<boolean> {
  const [row] = await query(wire, "select pg_catalog.pg_backend_pid() as pid", []);
  return row?.["pid"] !== server.backendPid;
}

/** A NUL would end the statement early and leave the rest to be read as a message of its own. */
function refuseNul(text: string): void {
  const at = text.indexOf("\0");
  if (at === -1) return;
  throw new ServerError("the statement holds a NUL character, which PostgreSQL's text can't", {
    sqlState: "22021",
    position: at + 1,
  });
}

async function query(
  wire: Wire,
  text: string,
  values: readonly SqlValue[],
): Promise<readonly Row[]> {
  const results = await collect(wire, extended(text, { values: values.map(encodeValue) }));
  return results[0]?.rows ?? [];
}

async function each(wire: Wire, text: string, take: (row: Row) => void): Promise<void> {
  const guard = openGuard(take);
  await collect(wire, { ...extended(text, {}), take: guard.take });
  guard.check();
}

interface Reading {
  readonly wire: Wire;
  readonly texts: KnownTexts;
}

async function read(
  { wire, texts }: Reading,
  text: string,
  take: (values: RowValues) => void,
): Promise<void> {
  const guard = openGuard(take);
  const row = openBinaryRow(texts);
  const onRow = (bytes: Buffer, offset: number): void => {
    row.open(bytes, offset);
    guard.take(row);
  };
  await collect(wire, { ...extended(text, { binary: true }), onRow });
  guard.check();
}

/** What a row's taker throws must not be taken for the connection's failure: it is thrown when all is answered. */
function openGuard<T>(take: (row: T) => void): {
  readonly take: (row: T) => void;
  readonly check: () => void;
} {
  let failure: { readonly error: unknown } | undefined;
  return {
    take: (row) => {
      if (failure !== undefined) return;
      try {
        take(row);
      } catch (error) {
        failure = { error };
      }
    },
    check: () => {
      if (failure !== undefined) throw failure.error;
    },
  };
}

function extended(
  text: string,
  how: { readonly values?: (string | Buffer | null)[]; readonly binary?: boolean },
): Outgoing {
  refuseNul(text);
  const bytes = [
    serialize.parse({ text }),
    serialize.bind(how),
    serialize.describe({ type: "P" }),
    serialize.execute(),
    serialize.sync(),
  ];
  return { bytes, exclusive: false, extended: true };
}

async function script(
  wire: Wire,
  text: string,
  exclusive: boolean,
): Promise<readonly StatementResult[]> {
  refuseNul(text);
  return collect(wire, { bytes: [queryMessage(text)], exclusive, extended: false });
}

/** Of exactly its size: the driver's own writer doubles its buffer until a long text fits, and keeps it. */
function queryMessage(text: string): Uint8Array {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(length + 6);
  bytes[0] = "Q".charCodeAt(0);
  bytes.writeInt32BE(length + 5, 1);
  bytes.write(text, 5);
  bytes[length + 5] = 0;
  return bytes;
}

interface Outgoing {
  readonly bytes: readonly Uint8Array[];
  readonly exclusive: boolean;
  readonly extended: boolean;
  readonly take?: (row: Row) => void;
  readonly onRow?: Request["onRow"];
}

function collect(wire: Wire, outgoing: Outgoing): Promise<readonly StatementResult[]> {
  return new Promise((resolve, reject) => {
    const collector = openCollector(wire, outgoing.extended, outgoing.take);
    wire.request({
      bytes: outgoing.bytes,
      exclusive: outgoing.exclusive,
      onRow: outgoing.onRow,
      onMessage: collector.take,
      onReady: () => {
        const failure = collector.failure();
        if (failure === undefined) resolve(collector.results);
        else reject(failure);
      },
      onLost: reject,
    });
  });
}
