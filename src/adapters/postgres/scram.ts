/**
 * SCRAM-SHA-256 of RFC 5802 and 7677, the client's side, with channel binding to the server's certificate where
 * there is TLS. Loaded only when a server asks for it. Errors name what went wrong and never a secret.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import { LockstepError } from "../../core/errors.ts";

export interface ScramInit {
  readonly mechanisms: readonly string[];
  readonly password: string;
  /** The server's certificate, in DER, when the connection is encrypted. */
  readonly certificate: Buffer | undefined;
  readonly channelBinding: "disable" | "prefer" | "require";
  /** Whose password it is. What thousands of rounds made of it is kept for the next connection, as long as that lives. */
  readonly owner: object;
}

export interface Scram {
  readonly mechanism: string;
  readonly first: string;
  /** The answer to the server's first message. */
  readonly answer: (serverFirst: string) => string;
  /** Throws unless the server proved that it knows the password, too. */
  readonly check: (serverFinal: string) => void;
}

export async function openScram(init: ScramInit): Promise<Scram> {
  const binding = await chooseBinding(init);
  const nonce = randomBytes(18).toString("base64");
  const bare = `n=,r=${nonce}`;
  let serverSignature: Buffer | undefined;
  return {
    mechanism: binding.mechanism,
    first: `${binding.header}${bare}`,
    answer: (serverFirst) => {
      const { serverNonce, salt, iterations } = readServerFirst(serverFirst, nonce);
      const bound = Buffer.concat([Buffer.from(binding.header), binding.data]).toString("base64");
      const withoutProof = `c=${bound},r=${serverNonce}`;
      const message = `${bare},${serverFirst},${withoutProof}`;
      const salted = saltedPassword(init, salt, iterations);
      const clientKey = hmac(salted, "Client Key");
      const clientSignature = hmac(createHash("sha256").update(clientKey).digest(), message);
      serverSignature = hmac(hmac(salted, "Server Key"), message);
      return `${withoutProof},p=${exclusiveOr(clientKey, clientSignature).toString("base64")}`;
    },
    check: (serverFinal) => {
      const proof = Buffer.from(attributes(serverFinal).get("v") ?? "", "base64");
      const known = serverSignature;
      if (known !== undefined && proof.length === known.length && timingSafeEqual(proof, known))
        return;
      throw refusal("the server could not prove that it knows the password");
    },
  };
}

interface Salted {
  readonly password: string;
  readonly salt: Buffer;
  readonly iterations: number;
  readonly key: Buffer;
}

const keptKeys = new WeakMap<object, Salted>();

/** A deploy makes two connections, and their server has one salt for a role. */
function saltedPassword({ owner, password }: ScramInit, salt: Buffer, iterations: number): Buffer {
  const kept = keptKeys.get(owner);
  const isSame =
    kept?.password === password && kept.iterations === iterations && kept.salt.equals(salt);
  if (kept !== undefined && isSame) return kept.key;
  const key = pbkdf2Sync(prepare(password), salt, iterations, 32, "sha256");
  keptKeys.set(owner, { password, salt, iterations, key });
  return key;
}

interface Binding {
  readonly mechanism: string;
  readonly header: string;
  readonly data: Buffer;
}

const plain = "SCRAM-SHA-256";
const bound = "SCRAM-SHA-256-PLUS";

async function chooseBinding(init: ScramInit): Promise<Binding> {
  const { mechanisms, certificate, channelBinding } = init;
  if (certificate !== undefined && channelBinding !== "disable" && mechanisms.includes(bound)) {
    const data = await certificateHash(certificate);
    if (data !== undefined) return { mechanism: bound, header: "p=tls-server-end-point,,", data };
  }
  if (channelBinding === "require") {
    throw refusal("channel_binding=require, and the server offers no channel binding here");
  }
  if (!mechanisms.includes(plain)) throw refusal(`the server offers only ${mechanisms.join(", ")}`);
  // "y" tells a server that does support binding that somebody in between may have hidden it.
  const able =
    certificate !== undefined && channelBinding !== "disable" && !mechanisms.includes(bound);
  return { mechanism: plain, header: able ? "y,," : "n,,", data: Buffer.alloc(0) };
}

/** RFC 5929: the hash of the certificate's own signature, SHA-256 in place of MD5 and SHA-1. */
async function certificateHash(certificate: Buffer): Promise<Buffer | undefined> {
  const { signatureAlgorithmHashFromCertificate } =
    await import("pg/lib/crypto/cert-signatures.js");
  try {
    const named = signatureAlgorithmHashFromCertificate(certificate);
    const algorithm = named === "MD5" || named === "SHA-1" ? "SHA-256" : named;
    return createHash(algorithm.replace("-", "")).update(certificate).digest();
  } catch {
    // A signature without a hash of its own (Ed25519): there is no binding to make.
    return undefined;
  }
}

function readServerFirst(
  message: string,
  nonce: string,
): { readonly serverNonce: string; readonly salt: Buffer; readonly iterations: number } {
  const values = attributes(message);
  const serverNonce = values.get("r") ?? "";
  const salt = Buffer.from(values.get("s") ?? "", "base64");
  const iterations = Number(values.get("i"));
  const fresh = serverNonce.startsWith(nonce) && serverNonce.length > nonce.length;
  if (!fresh || salt.length === 0) throw refusal("the server's SCRAM challenge is malformed");
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > iterationsMax) {
    throw refusal(`the server asks for ${values.get("i") ?? "no"} rounds of hashing`);
  }
  return { serverNonce, salt, iterations };
}

/** A hostile server could keep this process busy for hours with a larger number. */
const iterationsMax = 10_000_000;

function attributes(message: string): ReadonlyMap<string, string> {
  return new Map(message.split(",").map((part) => [part.slice(0, 1), part.slice(2)]));
}

/** The part of SASLprep that changes characters; what it forbids, the server takes as it is, and so do we. */
function prepare(password: string): string {
  return password
    .replace(/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g, " ")
    .replace(
      /\u00ad|\u034f|\u1806|[\u180b-\u180d]|\u200c|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/g,
      "",
    )
    .normalize("NFKC");
}

function hmac(key: Buffer, message: string): Buffer {
  return createHmac("sha256", key).update(message).digest();
}

function exclusiveOr(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

function refusal(message: string): LockstepError {
  return new LockstepError("CONNECT.AUTH", message);
}
