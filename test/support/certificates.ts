/** Certificates of the tests' own, made by the openssl program: authorities, and servers with names and dates. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Undefined when there is no openssl on this machine. */
export const openssl: string | undefined = findOpenssl();

function findOpenssl(): string | undefined {
  try {
    return execFileSync("sh", ["-c", "command -v openssl"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

function run(folder: string, ...args: readonly string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

/** An authority that signs itself. */
export function makeAuthority(folder: string, name: string): Issued {
  const files = { certificate: `${name}.crt`, key: `${name}.key` };
  const subject = ["-subj", `/CN=${name}`, "-days", "2"];
  const out = ["-keyout", files.key, "-out", files.certificate];
  run(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...out);
  return { certificate: join(folder, files.certificate), key: join(folder, files.key) };
}

export interface CertificateRequest {
  readonly name: string;
  readonly authority: Issued;
  /** `DNS:localhost,IP:127.0.0.1`; for a client's certificate, nothing. */
  readonly alternativeNames?: string;
  readonly commonName?: string;
  /** Negative: it has expired. */
  readonly days: number;
}

export function issue(folder: string, request: CertificateRequest): Issued {
  const { name, authority, days } = request;
  const subject = ["-subj", `/CN=${request.commonName ?? name}`];
  const pair = ["-keyout", `${name}.key`, "-out", `${name}.csr`];
  run(folder, "req", "-newkey", "rsa:2048", "-nodes", ...subject, ...pair);
  const names =
    request.alternativeNames === undefined ? "" : `subjectAltName=${request.alternativeNames}\n`;
  writeFileSync(join(folder, `${name}.ext`), names);
  const signer = ["-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial"];
  const out = ["-days", String(days), "-extfile", `${name}.ext`, "-out", `${name}.crt`];
  run(folder, "x509", "-req", "-in", `${name}.csr`, ...signer, ...out);
  return { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}
