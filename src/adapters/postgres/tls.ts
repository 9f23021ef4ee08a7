/**
 * libpq's sslmode words as attempts, and the files they need as options for node:tls. Loaded only when a
 * connection is to be encrypted. What the words mean: docs/reference/connections.md.
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isIP } from "node:net";
import type { Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { LockstepError } from "../../core/errors.ts";
import type { ConnectionTarget, TlsSettings } from "./target.ts";

/** Encrypts a connected socket; resolves when the handshake is done and the certificate is accepted. */
export async function encrypt(socket: Socket, target: ConnectionTarget): Promise<TLSSocket> {
  const options = await tlsOptions(target.tls);
  const name = isIP(target.host) === 0 ? { servername: target.host } : { host: target.host };
  const secure = connect({ ...options, ...name, socket });
  return new Promise((resolve, reject) => {
    secure.once("secureConnect", () => {
      secure.off("error", reject);
      resolve(secure);
    });
    secure.once("error", reject);
    secure.once("close", () =>
      reject(new Error("the server closed the connection in the TLS handshake")),
    );
  });
}

async function tlsOptions(tls: TlsSettings): Promise<ConnectionOptions> {
  const authorities = await readAuthorities(tls);
  const key = await readPair(tls);
  return {
    minVersion: tls.minimumVersion ?? "TLSv1.2",
    ...key,
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...verification(tls.mode, authorities !== undefined),
  };
}

/** `require` verifies the chain when authorities are named, as libpq does; else it only encrypts. */
function verification(mode: TlsSettings["mode"], named: boolean): ConnectionOptions {
  switch (mode) {
    case "verify-full":
      return {};
    case "verify-ca":
      return { checkServerIdentity: () => undefined };
    case "require":
      return named ? { checkServerIdentity: () => undefined } : { rejectUnauthorized: false };
    default:
      return { rejectUnauthorized: false };
  }
}

async function readAuthorities(tls: TlsSettings): Promise<Buffer | undefined> {
  if (tls.rootCertificate === "system") return undefined;
  if (tls.rootCertificate !== undefined) return readNamed(tls.rootCertificate, "sslrootcert");
  if (tls.mode === "prefer" || tls.mode === "allow") return undefined;
  return readDefault("root.crt", tls);
}

async function readPair(tls: TlsSettings): Promise<ConnectionOptions> {
  const certificate =
    tls.certificate === undefined
      ? await readDefault("postgresql.crt", tls)
      : await readNamed(tls.certificate, "sslcert");
  if (certificate === undefined) return {};
  const key =
    tls.key === undefined
      ? await readDefault("postgresql.key", tls)
      : await readNamed(tls.key, "sslkey");
  if (key === undefined) {
    throw new LockstepError(
      "CONNECT.FILE_UNREADABLE",
      "sslcert names a certificate, and its key is missing",
      {
        next: "Name the key with sslkey=FILE (PGSSLKEY).",
      },
    );
  }
  const passphrase = tls.keyPassword === undefined ? {} : { passphrase: tls.keyPassword.reveal() };
  return { cert: certificate, key, ...passphrase };
}

async function readNamed(path: string, setting: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new LockstepError("CONNECT.FILE_UNREADABLE", `${setting}: can't read ${path}`, {
      cause: error,
    });
  }
}

/** libpq's own place for certificates; absent is normal. */
async function readDefault(name: string, { homeFolder }: TlsSettings): Promise<Buffer | undefined> {
  try {
    return await readFile(`${homeFolder ?? homedir()}/.postgresql/${name}`);
  } catch {
    return undefined;
  }
}
