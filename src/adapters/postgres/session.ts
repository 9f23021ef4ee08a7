/**
 * The port's Session on top of a wire. One file for what a query, a script and a COPY mean in messages; nothing
 * here knows about TLS, passwords or retries.
 */
import { serialize } from "pg-protocol";
import {
  ServerError,
  type Row,
  type ServerFacts,
  type Session,
  type SqlValue,
  type StatementResult,
} from "../../ports/database.ts";
import { copyIn, copyOut } from "./copy.ts";
import { openCollector } from "./collector.ts";
import { encodeValue } from "./values.ts";
import type { Wire } from "./wire.ts";

export interface SessionParts {
  readonly wire: Wire;
  readonly server: ServerFacts;
  /** Opens a second connection that asks the server to cancel this one's statement. */
  readonly cancel: () => Promise<void>;
}

export function openSession({ wire, server, cancel }: SessionParts): Session {
  let pooled: Promise<boolean> | undefined;
  const session: Session = {
    server,
    get transaction() {
      return wire.transaction();
    },
    query: (text, values) => query(wire, text, values ?? []),
    script: (text, how) => script(wire, text, how?.behindOthers !== true),
    copyIn: (statement, data) => copyIn(wire, statement, data),
    copyOut: (statement) => copyOut(wire, statement, cancel),
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
  refuseNul(text);
  const bytes = [
    serialize.parse({ text }),
    serialize.bind({ values: values.map(encodeValue) }),
    serialize.describe({ type: "P" }),
    serialize.execute(),
    serialize.sync(),
  ];
  const results = await collect(wire, { bytes, exclusive: false, extended: true });
  return results[0]?.rows ?? [];
}

async function script(
  wire: Wire,
  text: string,
  exclusive: boolean,
): Promise<readonly StatementResult[]> {
  refuseNul(text);
  return collect(wire, { bytes: [serialize.query(text)], exclusive, extended: false });
}

interface Outgoing {
  readonly bytes: readonly Uint8Array[];
  readonly exclusive: boolean;
  readonly extended: boolean;
}

function collect(wire: Wire, outgoing: Outgoing): Promise<readonly StatementResult[]> {
  return new Promise((resolve, reject) => {
    const collector = openCollector(wire, outgoing.extended);
    wire.request({
      bytes: outgoing.bytes,
      exclusive: outgoing.exclusive,
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
