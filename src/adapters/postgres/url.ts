/**
 * A connection URL or a `key=value` string, taken apart as libpq does it, into named settings. No error of this
 * file quotes its input: it holds a password. What the names mean is settings.ts's business.
 */
import { LockstepError } from "../../core/errors.ts";

/** libpq's keywords (host, port, user, ...) and whatever else was in the query string. */
export type Settings = ReadonlyMap<string, string>;

const schemes: readonly string[] = ["postgres://", "postgresql://"];

export function parseConnection(text: string): Settings {
  const trimmed = text.trim();
  const scheme = schemes.find((prefix) => trimmed.toLowerCase().startsWith(prefix));
  if (scheme !== undefined) return parseUrl(trimmed.slice(scheme.length));
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) {
    const found = trimmed.slice(0, trimmed.indexOf("://"));
    throw invalid(`the URL begins with ${found}://; lockstep connects to postgres:// only`);
  }
  if (/^[a-z_]+\s*=/i.test(trimmed)) return parseKeywords(trimmed);
  throw invalid("the database's URL does not begin with postgres://");
}

function parseUrl(rest: string): Settings {
  const settings = new Map<string, string>();
  const set = (name: string, value: string): void =>
    void (value !== "" && settings.set(name, value));
  const [address = "", ...queries] = rest.split("?");
  const slash = address.indexOf("/");
  const authority = slash === -1 ? address : address.slice(0, slash);
  const database = slash === -1 ? "" : address.slice(slash + 1);
  const at = authority.lastIndexOf("@");
  if (at !== -1) {
    const user = authority.slice(0, at);
    const colon = user.indexOf(":");
    set("user", decode(colon === -1 ? user : user.slice(0, colon), "user"));
    if (colon !== -1) set("password", decode(user.slice(colon + 1), "password"));
  }
  const { host, port } = splitHost(authority.slice(at + 1));
  set("host", decode(host, "host"));
  set("port", port);
  set("dbname", decode(database, "database"));
  for (const pair of queries.join("?").split("&")) {
    const equals = pair.indexOf("=");
    if (pair === "") continue;
    if (equals === -1) throw invalid("the URL has a parameter without a value");
    set(
      decode(pair.slice(0, equals), "a parameter"),
      decode(pair.slice(equals + 1), "a parameter"),
    );
  }
  return settings;
}

function splitHost(text: string): { readonly host: string; readonly port: string } {
  if (text.includes(",")) throw severalHosts();
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1] ?? "", port: checkPort(bracketed[2] ?? "") };
  const colon = text.lastIndexOf(":");
  if (colon === -1) return { host: text, port: "" };
  return { host: text.slice(0, colon), port: checkPort(text.slice(colon + 1)) };
}

export function severalHosts(): LockstepError {
  return new LockstepError(
    "CONNECT.SETTING_UNSUPPORTED",
    "several hosts are given; lockstep deploys to one server",
    { next: "Name the primary alone." },
  );
}

function checkPort(port: string): string {
  if (port === "" || (/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536))
    return port;
  throw invalid(
    "what stands where the port belongs is not a port; a password with : / ? # @ % in it must be percent-encoded",
  );
}

function decode(text: string, part: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw invalid(
      `the ${part} in the URL has a % that begins no percent-encoded character (write % as %25)`,
    );
  }
  if (decoded.includes("\0")) throw invalid(`the ${part} in the URL holds a NUL character`);
  return decoded;
}

/** libpq's other form: `host=db user=app password='a b'`, with backslash escapes. */
function parseKeywords(text: string): Settings {
  const settings = new Map<string, string>();
  const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))/gisy;
  while (pair.lastIndex < text.trimEnd().length) {
    const match = pair.exec(text);
    if (match === null) throw invalid("the connection string is not a list of key=value pairs");
    const value = (match[2] ?? match[3] ?? "").replace(/\\(.)/gs, "$1");
    if (value !== "") settings.set((match[1] ?? "").toLowerCase(), value);
  }
  return settings;
}

function invalid(message: string): LockstepError {
  return new LockstepError("CONNECT.URL_INVALID", message);
}
