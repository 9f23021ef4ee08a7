/**
 * Settings from everywhere (a URL, the config's parts, libpq's environment) become one ConnectionTarget. What is
 * nearer wins: URL, then parts, then the service that they name, then environment, then libpq's defaults. Reading files
 * waits until they are needed.
 */
import { LockstepError } from "../../core/errors.ts";
import { secret, type Secret } from "../../core/secret.ts";
import { environmentParameters, parameters } from "./parameters.ts";
import { readService } from "./service-file.ts";
import {
  isLocalHost,
  isSocketFolder,
  tlsModes,
  type ConnectionTarget,
  type TlsMode,
  type TlsSettings,
} from "./target.ts";
import { parseConnection, severalHosts, type Settings } from "./url.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConnectionSource {
  /** postgres://... or libpq's `host=... user=...`. */
  readonly url?: string;
  /** libpq's parameter names; what a config composes of its own variables. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly environment: Environment;
  /** The system's user name, libpq's last resort for user and database. */
  readonly systemUser?: string;
  readonly homeFolder?: string;
}

export function resolveTarget(source: ConnectionSource): ConnectionTarget {
  const said = new Map([...partsOf(source), ...urlOf(source)]);
  const given = new Map([...serviceOf(source, said), ...said]);
  const settings = new Map([...environmentOf(source.environment, given), ...given]);
  const notes = check(settings);
  const get = (name: string): string | undefined => settings.get(name);
  const host = get("host") ?? get("hostaddr") ?? "localhost";
  if (host.includes(",")) throw severalHosts();
  const port = toPort(get("port"));
  const user = get("user") ?? source.systemUser ?? "postgres";
  const database = get("dbname") ?? user;
  const applicationName = get("application_name") ?? get("fallback_application_name");
  return {
    host,
    port,
    user,
    database,
    hasPassword: settings.has("password"),
    password: passwordReader({ settings, source, host, port, user, database }),
    tls: { ...toTls(settings, host), ...optional("homeFolder", source.homeFolder) },
    connectTimeoutMs: toTimeout(get("connect_timeout")),
    notes,
    ...optional("address", get("hostaddr")),
    ...optional("options", get("options")),
    ...optional("applicationName", applicationName),
  };
}

function optional<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [key in Name]?: string } {
  // A computed key widens to an index signature; the name is the only key there is.
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in Name]: string });
}

function urlOf(source: ConnectionSource): Settings {
  return source.url === undefined || source.url === "" ? new Map() : parseConnection(source.url);
}

function partsOf(source: ConnectionSource): Settings {
  const entries = Object.entries(source.parts ?? {}).filter(([, value]) => value !== "");
  return new Map(entries.map(([name, value]) => [name === "database" ? "dbname" : name, value]));
}

function serviceOf(source: ConnectionSource, said: Settings): Settings {
  const of = (name: string, variable: string): string | undefined => {
    const value = said.get(name) ?? source.environment[variable];
    return value === "" ? undefined : value;
  };
  const service = of("service", "PGSERVICE");
  if (service === undefined) return new Map();
  const { environment, homeFolder } = source;
  const place = { service, file: of("servicefile", "PGSERVICEFILE"), homeFolder };
  return readService({ ...place, systemFolder: environment["PGSYSCONFDIR"] });
}

function environmentOf(environment: Environment, given: Settings): Settings {
  const found = new Map<string, string>();
  // PGHOSTADDR belongs to PGHOST: it says nothing about a host that comes from elsewhere.
  const ownHost = given.has("host") || given.has("hostaddr");
  for (const [variable, parameter] of environmentParameters) {
    const value = environment[variable];
    const foreign = ownHost && parameter === "hostaddr";
    if (value !== undefined && value !== "" && !foreign) found.set(parameter, value);
  }
  return found;
}

function check(settings: Settings): readonly string[] {
  const notes: string[] = [];
  for (const [name, value] of settings) {
    const use = parameters.get(name);
    if (use === undefined) {
      notes.push(`the connection parameter ${name} is not known to lockstep and is ignored`);
    } else if (use.kind === "ignored") {
      notes.push(`the connection parameter ${name} is ignored: ${use.why}`);
    } else if (use.kind === "only" && !use.values.includes(value)) {
      throw new LockstepError("CONNECT.SETTING_UNSUPPORTED", `${name}: ${use.why}`);
    }
  }
  return notes;
}

function toPort(text: string | undefined): number {
  if (text === undefined) return 5432;
  const port = Number(text);
  if (text.includes(",")) throw severalHosts();
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw invalid("the port is not a number between 1 and 65535");
}

/** Seconds as libpq has it; 0 means no limit there, and the longest that a timer can do here. */
function toTimeout(text: string | undefined): number {
  if (text === undefined) return 10_000;
  const seconds = Number(text);
  if (!Number.isInteger(seconds)) throw invalid("connect_timeout is not a number of seconds");
  return seconds <= 0 ? 2 ** 31 - 1 : Math.min(seconds * 1000, 2 ** 31 - 1);
}

function toTls(settings: Settings, host: string): TlsSettings {
  const get = (name: string): string | undefined => settings.get(name);
  const keyPassword = get("sslpassword");
  return {
    mode: toMode(settings, host),
    channelBinding: oneOf(get("channel_binding") ?? "prefer", bindings, "channel_binding"),
    ...optional("rootCertificate", get("sslrootcert")),
    ...optional("certificate", get("sslcert")),
    ...optional("key", get("sslkey")),
    ...(keyPassword === undefined ? {} : { keyPassword: secret(keyPassword) }),
    ...minimumVersion(get("ssl_min_protocol_version")),
  };
}

const bindings = ["disable", "prefer", "require"] as const;

function minimumVersion(text: string | undefined): Pick<TlsSettings, "minimumVersion"> {
  if (text === undefined) return {};
  return {
    minimumVersion: oneOf(text, ["TLSv1.2", "TLSv1.3"] as const, "ssl_min_protocol_version"),
  };
}

function toMode(settings: Settings, host: string): TlsMode {
  const named = settings.get("sslmode");
  const mode =
    named === undefined ? modeOfOthers(settings, host) : oneOf(named, tlsModes, "sslmode");
  if (settings.get("sslrootcert") !== "system" || isSocketFolder(host)) return mode;
  if (named !== undefined && mode !== "verify-full") {
    throw invalid("sslrootcert=system goes with sslmode=verify-full only");
  }
  return "verify-full";
}

/** `ssl=true` of node-postgres and JDBC, `sslaccept` of Prisma, and else the default for the place. */
function modeOfOthers(settings: Settings, host: string): TlsMode {
  const accept = settings.get("sslaccept");
  if (accept === "accept_invalid_certs") return "require";
  if (accept === "strict") return "verify-full";
  if (accept !== undefined) throw invalid("sslaccept is strict or accept_invalid_certs");
  const ssl = settings.get("ssl")?.toLowerCase();
  if (ssl === "true" || ssl === "1") return "verify-full";
  if (ssl === "false" || ssl === "0") return "disable";
  if (ssl === "no-verify") return "require";
  if (ssl !== undefined) throw invalid("ssl is true, false or no-verify");
  return isLocalHost(host) ? "prefer" : "verify-full";
}

function oneOf<Word extends string>(text: string, words: readonly Word[], name: string): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw invalid(`${name} is one of ${words.join(", ")}`);
}

interface PasswordQuestion {
  readonly settings: Settings;
  readonly source: ConnectionSource;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

function passwordReader(question: PasswordQuestion): () => Promise<Secret | undefined> {
  const { settings, source, host, port, user, database } = question;
  const given = settings.get("password");
  if (given !== undefined) {
    const known = secret(given);
    return () => Promise.resolve(known);
  }
  const path = settings.get("passfile");
  return async () => {
    const { readPassword } = await import("./passfile.ts");
    const where = { host, port: String(port), user, database };
    return readPassword({ path, homeFolder: source.homeFolder }, where);
  };
}

function invalid(message: string): LockstepError {
  return new LockstepError("CONNECT.SETTING_INVALID", message);
}
