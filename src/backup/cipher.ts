/**
 * AES-256-GCM for the files of a backup. Every file has a nonce of its own and is bound to its name and its backup, so
 * that files can't change places. The key is given, or derived from a passphrase by scrypt; it is never stored.
 */
import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  randomBytes,
  scrypt,
  type ScryptOptions,
} from "node:crypto";
import { LockstepError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";

/** What a reader needs to know besides the key. */
export type EncryptionHeader =
  | { readonly cipher: "aes-256-gcm"; readonly key: "given"; readonly salt: string }
  | {
      readonly cipher: "aes-256-gcm";
      readonly key: "scrypt";
      readonly salt: string;
      readonly cost: number;
      readonly blockSize: number;
      readonly parallelization: number;
    };

export type BackupKey =
  | { readonly kind: "none" }
  /** 32 bytes in hex or base64. */
  | { readonly kind: "key"; readonly key: Secret }
  | { readonly kind: "passphrase"; readonly passphrase: Secret };

export interface Cipher {
  /** Null: what is sealed stays as it is. */
  readonly header: EncryptionHeader | null;
  seal(content: Uint8Array, boundTo: string): Uint8Array;
  /** Undefined when it was not sealed with this key for this purpose, or was changed. */
  open(sealed: Uint8Array, boundTo: string): Uint8Array | undefined;
}

export const noCipher: Cipher = {
  header: null,
  seal: (content) => content,
  open: (sealed) => sealed,
};

const scryptCost = { cost: 2 ** 16, blockSize: 8, parallelization: 1 } as const;
/** A header can ask for more than the machine has; nothing that lockstep writes does. */
const costMax = 2 ** 20;

/** For a new backup. */
export async function newCipher(key: BackupKey): Promise<Cipher> {
  if (key.kind === "none") return noCipher;
  const salt = randomBytes(32).toString("hex");
  const common = { cipher: "aes-256-gcm", salt } as const;
  const header: EncryptionHeader =
    key.kind === "key" ? { ...common, key: "given" } : { ...common, key: "scrypt", ...scryptCost };
  return cipherOf(header, await deriveKey(header, key));
}

/** For a backup that was written with this header. */
export async function cipherFor(header: EncryptionHeader | null, key: BackupKey): Promise<Cipher> {
  if (header === null) return noCipher;
  return cipherOf(header, await deriveKey(header, key));
}

async function deriveKey(header: EncryptionHeader, key: BackupKey): Promise<Buffer> {
  const salt = Buffer.from(header.salt, "hex");
  if (header.key === "given" && key.kind === "key") {
    // A key of this backup's own, so that random nonces never meet those of another.
    return Buffer.from(hkdfSync("sha256", keyBytes(key.key), salt, "lockstep backup", 32));
  }
  if (header.key === "scrypt" && key.kind === "passphrase") {
    return await stretch(key.passphrase, salt, header);
  }
  const wanted = header.key === "given" ? "a key" : "a passphrase";
  throw new LockstepError("BACKUP.KEY_NEEDED", `the backup is encrypted with ${wanted}`);
}

function keyBytes(key: Secret): Buffer {
  const text = key.reveal().trim();
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  const bytes = Buffer.from(text, "base64");
  if (/^[A-Za-z0-9+/]{43}=$/.test(text) && bytes.length === 32) return bytes;
  throw new LockstepError("BACKUP.KEY_INVALID", "the backup key is not 32 bytes in hex or base64");
}

async function stretch(
  passphrase: Secret,
  salt: Buffer,
  { cost, blockSize, parallelization }: Extract<EncryptionHeader, { readonly key: "scrypt" }>,
): Promise<Buffer> {
  if (cost > costMax || blockSize > 32 || parallelization > 16) {
    throw new LockstepError("BACKUP.DAMAGED", "the manifest asks for more work than lockstep does");
  }
  const maxmem = 256 * cost * blockSize;
  const options: ScryptOptions = { cost, blockSize, parallelization, maxmem };
  return await new Promise((resolve, reject) => {
    scrypt(passphrase.reveal().normalize("NFC"), salt, 32, options, (error, derived) => {
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
}

const nonceBytes = 12;
const tagBytes = 16;

function cipherOf(header: EncryptionHeader, key: Buffer): Cipher {
  return {
    header,
    seal: (content, boundTo) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(boundTo));
      const parts = [nonce, cipher.update(content), cipher.final()];
      return Buffer.concat([...parts, cipher.getAuthTag()]);
    },
    open: (sealed, boundTo) => {
      if (sealed.length < nonceBytes + tagBytes) return undefined;
      const nonce = sealed.subarray(0, nonceBytes);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce);
      decipher.setAAD(Buffer.from(boundTo));
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      const content = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
      try {
        return Buffer.concat([content, decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
