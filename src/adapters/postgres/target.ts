/**
 * A connection target: everything that is needed to connect, as one value. Made by settings.ts out of a URL, the
 * environment and the config; used by connect.ts. It never shows its password: that is a Secret.
 */
import type { Secret } from "../../core/secret.ts";

export const tlsModes = [
  "disable",
  "allow",
  "prefer",
  "require",
  "verify-ca",
  "verify-full",
] as const;

export type TlsMode = (typeof tlsModes)[number];

export interface TlsSettings {
  readonly mode: TlsMode;
  /** Path of the authorities' certificates, or `system` for those that Node trusts. */
  readonly rootCertificate?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly keyPassword?: Secret;
  readonly minimumVersion?: "TLSv1.2" | "TLSv1.3";
  /** Where libpq's own places for certificates are; undefined: this process's user's. */
  readonly homeFolder?: string;
  readonly channelBinding: "disable" | "prefer" | "require";
}

export interface ConnectionTarget {
  /** A name, an address, or the folder of a Unix socket (it begins with `/`). */
  readonly host: string;
  /** Where to connect instead of asking DNS for the host; the host is still what the certificate must name. */
  readonly address?: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Asked for only when the server asks; undefined when there is none. */
  readonly password: () => Promise<Secret | undefined>;
  /** Whether one was given outright, so that the server will most likely ask for it. */
  readonly hasPassword: boolean;
  readonly tls: TlsSettings;
  readonly connectTimeoutMs: number;
  /** Settings for the server as command-line options (`-c name=value`), from PGOPTIONS. */
  readonly options?: string;
  readonly applicationName?: string;
  /** What was given and is not used, one line each. */
  readonly notes: readonly string[];
}

export function isSocketFolder(host: string): boolean {
  return host.startsWith("/") || host.startsWith("@");
}

/** Loopback and Unix sockets: nobody is between. */
export function isLocalHost(host: string): boolean {
  const name = host.toLowerCase();
  return (
    isSocketFolder(name) || name === "localhost" || name === "::1" || /^127(\.\d+){3}$/.test(name)
  );
}

export function targetLabel(target: ConnectionTarget): string {
  const place = isSocketFolder(target.host)
    ? `${target.host} port ${target.port}`
    : `${target.host.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
  return `${target.database} on ${place} as ${target.user}`;
}
