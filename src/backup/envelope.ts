/**
 * The manifest's file: a line that names the format, a header line that can be read without the key, the body, and
 * the SHA-256 of all that. The hash finds accidents; what somebody changed on purpose only encryption finds, which
 * covers the header too.
 */
import { LockstepError } from "../core/errors.ts";
import { sha256 } from "../core/hash.ts";
import type { Cipher, EncryptionHeader } from "./cipher.ts";
import {
  formatOf,
  formatVersion,
  manifestName,
  manifestText,
  parseManifest,
  type Manifest,
} from "./manifest.ts";

export interface BackupHeader {
  readonly takenAt: string;
  readonly toolVersion: string;
  /** Null: in clear. */
  readonly encryption: EncryptionHeader | null;
}

export interface Envelope {
  readonly header: BackupHeader;
  /** The first two lines, which the cipher binds the body to. */
  readonly head: string;
  readonly body: string;
}

const magic = "lockstep-backup";

export function sealManifest(manifest: Manifest, cipher: Cipher): Uint8Array {
  const { takenAt, toolVersion } = manifest;
  const header: BackupHeader = { takenAt, toolVersion, encryption: cipher.header };
  const head = `${magic} ${formatOf(manifest)}\n${JSON.stringify(header)}\n`;
  const text = manifestText(manifest);
  const body =
    cipher.header === null
      ? text
      : Buffer.from(cipher.seal(Buffer.from(text), `${manifestName}\n${head}`)).toString("base64");
  const hashed = `${head}${body}\n`;
  return Buffer.from(`${hashed}${sha256(hashed)}\n`);
}

export function readEnvelope(bytes: Uint8Array): Envelope {
  const text = Buffer.from(bytes).toString("utf8");
  const first = text.slice(0, text.indexOf("\n"));
  const version = /^lockstep-backup (\d{1,9})$/.exec(first)?.[1];
  if (version === undefined) throw damaged("does not begin as one does");
  if (Number(version) > formatVersion) {
    throw new LockstepError(
      "BACKUP.NEWER_FORMAT",
      `the backup is of format ${version}, this lockstep reads up to ${formatVersion}`,
    );
  }
  const [, header = "", body = "", hash = "", ...rest] = text.split("\n");
  const head = `${first}\n${header}\n`;
  if (rest.length !== 1 || rest[0] !== "" || hash !== sha256(`${head}${body}\n`)) {
    throw damaged("does not have the hash that it ends with");
  }
  return { header: parseHeader(header), head, body };
}

export function openManifest(envelope: Envelope, cipher: Cipher): Manifest {
  if (envelope.header.encryption === null) return parseManifest(envelope.body);
  const sealed = Buffer.from(envelope.body, "base64");
  const text = cipher.open(sealed, `${manifestName}\n${envelope.head}`);
  if (text === undefined) throw new LockstepError("BACKUP.KEY_WRONG", "the key does not fit");
  return parseManifest(Buffer.from(text).toString("utf8"));
}

/** The hash was compared, so it is as it was written. */
function parseHeader(text: string): BackupHeader {
  try {
    return JSON.parse(text) as BackupHeader;
  } catch (cause) {
    throw damaged("has a header that is no JSON", cause);
  }
}

function damaged(why: string, cause?: unknown): LockstepError {
  const details = cause === undefined ? {} : { cause };
  return new LockstepError("BACKUP.DAMAGED", `the manifest ${why}`, details);
}
