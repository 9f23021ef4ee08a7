/**
 * Backups in an S3-compatible store. Files go under a folder of the writer's own, and one small object, written last
 * and only where none is, says which folder is the backup: whatever cuts it off leaves nothing that a command takes for
 * a backup, and of two who write at once one is refused. A chunk is a few megabytes, so every file is one request.
 */
import { randomBytes } from "node:crypto";
import type * as Client from "@aws-sdk/client-s3";
import { LockstepError } from "../../core/errors.ts";
import { OutOfTime, storeClock } from "./store-clock.ts";
import type {
  BackupPlace,
  BackupReader,
  BackupStore,
  BackupWriter,
  StoredFile,
} from "../../ports/backup-store.ts";

export interface S3Settings {
  readonly bucket: string;
  /** Without slashes at its ends; empty: the bucket itself. */
  readonly prefix: string;
  /** The client's own environment, with what .env adds. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long a connection may be silent before it is given up and the request made again; by default half a minute. */
  readonly silenceMs?: number;
  /** Imports the client where it is installed. */
  readonly load: () => Promise<typeof Client>;
}

/** `s3://BUCKET/PREFIX`. */
export function parseS3Url(url: string): { readonly bucket: string; readonly prefix: string } {
  const match = /^s3:\/\/([^/?#]+)\/?([^?#]*)$/.exec(url);
  const [, bucket = "", path = ""] = match ?? [];
  const prefix = path.replaceAll(/^\/+|\/+$/g, "");
  const isOdd = prefix !== "" && prefix.split("/").some((part) => /^\.{0,2}$/.test(part));
  if (bucket === "" || isOdd) {
    throw new LockstepError("BACKUP.STORE_UNKNOWN", `${url} names no bucket and prefix`, {
      next: "Write s3://BUCKET/PREFIX; credentials and endpoint are in AWS_* variables.",
    });
  }
  return { bucket, prefix };
}

/** What says that a backup is whole, and which folder it is. */
const markName = "complete";

export function s3Store(settings: S3Settings): BackupStore {
  const { bucket, prefix } = settings;
  const label = `s3://${bucket}/${prefix}`;
  const open = once(() => connect(settings));
  return {
    label,
    create: async () => createBackup(await open(), prefix, label),
    open: async () => openBackup(await open(), prefix, label),
  };
}

export function s3Place(settings: S3Settings): BackupPlace {
  const { bucket, prefix } = settings;
  const open = once(() => connect(settings));
  const below = (name: string): string => `${rootOf(prefix)}${name}`;
  /** Every key, in its parts. */
  const partsBelow = async (root = rootOf(prefix)): Promise<readonly (readonly string[])[]> => {
    return (await (await open()).keys(root)).map(({ key }) => key.slice(root.length).split("/"));
  };
  return {
    label: `s3://${bucket}/${prefix}`,
    names: async () => whole(await partsBelow()),
    unfinished: async () => {
      const parts = await partsBelow();
      const names = whole(parts);
      const cut = parts.flatMap(([name = "", folder = "", file]) =>
        file !== undefined && ownFolder.test(folder) && !names.includes(name) ? [name] : [],
      );
      return [...new Set(cut)];
    },
    store: (name) => s3Store({ ...settings, prefix: below(name) }),
    others: async (name, isOwn) =>
      (await partsBelow(`${below(name)}/`))
        .filter((parts) => !isOwnKey(parts, isOwn))
        .map((parts) => parts.join("/")),
    remove: async (name) => {
      const bucketClient = await open();
      await bucketClient.remove([`${below(name)}/${markName}`]);
      await removeBelow(bucketClient, `${below(name)}/`);
    },
  };
}

/** Names of which the mark is there. */
function whole(keys: readonly (readonly string[])[]): readonly string[] {
  return keys.flatMap(([name = "", mark, ...rest]) =>
    mark === markName && rest.length === 0 ? [name] : [],
  );
}

/** The mark, and the files of a backup: of the whole one, or of one that was cut off before it. */
function isOwnKey(
  [folder = "", file, ...rest]: readonly string[],
  isOwn: (file: string) => boolean,
): boolean {
  if (file === undefined) return folder === markName;
  return ownFolder.test(folder) && rest.length === 0 && isOwn(file);
}

const ownFolder = /^[0-9a-f]{16}$/;

function rootOf(prefix: string): string {
  return prefix === "" ? "" : `${prefix}/`;
}

async function createBackup(bucket: Bucket, prefix: string, label: string): Promise<BackupWriter> {
  const taken = (): LockstepError =>
    new LockstepError("BACKUP.EXISTS", `${label} is there already`);
  const root = rootOf(prefix);
  const mark = `${root}${markName}`;
  const there = await bucket.get(mark);
  if (there !== undefined) throw folderIn(there) === undefined ? strange(label) : taken();
  const folder = randomBytes(8).toString("hex");
  return {
    write: (name, content) => bucket.put(`${root}${folder}/${name}`, content),
    finish: async () => {
      if (!(await bucket.putNew(mark, Buffer.from(`${folder}\n`)))) throw taken();
    },
    abandon: () => removeBelow(bucket, `${root}${folder}/`),
  };
}

async function openBackup(bucket: Bucket, prefix: string, label: string): Promise<BackupReader> {
  const mark = await bucket.get(`${rootOf(prefix)}${markName}`);
  const folder = mark === undefined ? undefined : folderIn(mark);
  if (folder === undefined) {
    const why = mark === undefined ? "nothing there says that it is whole" : "its mark is damaged";
    throw new LockstepError("BACKUP.ABSENT", `${label} is no backup: ${why}`);
  }
  const root = `${rootOf(prefix)}${folder}/`;
  return {
    list: async (): Promise<readonly StoredFile[]> => {
      const keys = await bucket.keys(root);
      return keys.map(({ key, bytes }) => ({ name: key.slice(root.length), bytes }));
    },
    read: async (name) => {
      const content = await bucket.get(`${root}${name}`);
      if (content !== undefined) return content;
      throw new LockstepError("BACKUP.DAMAGED", `${name} of the backup can't be read`);
    },
  };
}

function folderIn(mark: Uint8Array): string | undefined {
  const folder = Buffer.from(mark).toString("utf8").trim();
  return ownFolder.test(folder) ? folder : undefined;
}

/** A proxy's page, say, which comes in answer to everything. */
function strange(label: string): LockstepError {
  const message = `what is read as ${label}/${markName} is nothing that lockstep writes`;
  return new LockstepError("BACKUP.STORE_FAILED", message, {
    next: "Look whether AWS_ENDPOINT_URL_S3 is an S3-compatible store and no proxy stands between, or name a path that is free.",
  });
}

async function removeBelow(bucket: Bucket, root: string): Promise<void> {
  const keys = await bucket.keys(root);
  await bucket.remove(keys.map(({ key }) => key));
}

/** The few requests that are made of it, with failures that have codes. */
interface Bucket {
  put(key: string, content: Uint8Array): Promise<void>;
  /** False: there is something already. */
  putNew(key: string, content: Uint8Array): Promise<boolean>;
  /** Undefined: there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  keys(prefix: string): Promise<readonly { readonly key: string; readonly bytes: number }[]>;
  remove(keys: readonly string[]): Promise<void>;
}

type ListedPage = Pick<Client.ListObjectsV2CommandOutput, "Contents" | "NextContinuationToken">;

/** A page at a time. */
async function listAll(
  list: (input: object) => Promise<ListedPage>,
  prefix: string,
): Promise<readonly { readonly key: string; readonly bytes: number }[]> {
  const found: { readonly key: string; readonly bytes: number }[] = [];
  let more: object | undefined = {};
  while (more !== undefined) {
    const page: ListedPage = await list({ Prefix: prefix, ...more });
    for (const { Key = "", Size = 0 } of page.Contents ?? []) found.push({ key: Key, bytes: Size });
    const token = page.NextContinuationToken;
    more = token === undefined ? undefined : { ContinuationToken: token };
  }
  return found;
}

async function connect(settings: S3Settings): Promise<Bucket> {
  const { bucket: name, environment } = settings;
  const clock = storeClock(environment);
  const sdk = await settings.load();
  const client = new sdk.S3Client(clientSettings(settings));
  const at = { Bucket: name };
  /** With the time that so many bytes may take. */
  const asked = async <Result>(
    what: string,
    bytes: number,
    work: (limit: { readonly abortSignal: AbortSignal }) => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await clock.within(bytes, (abortSignal) => work({ abortSignal }));
    } catch (error) {
      throw storeFailure(error, what, name);
    }
  };
  const put: Put = (key, content, more = {}) =>
    asked(`writing ${key}`, content.length, (limit) =>
      client.send(new sdk.PutObjectCommand({ ...at, Key: key, Body: content, ...more }), limit),
    );
  const get = async (key: string, attempt = 1): Promise<Uint8Array | undefined> => {
    const what = `reading ${key}`;
    const answer = await asked(what, 0, (limit) =>
      client.send(new sdk.GetObjectCommand({ ...at, Key: key }), limit).catch((error: unknown) => {
        if (statusOf(error) === 404 && nameOf(error) !== "NoSuchBucket") return undefined;
        throw error;
      }),
    );
    if (answer === undefined) return undefined;
    const { Body: body, ContentLength: bytes = 0 } = answer;
    try {
      return (
        (await clock.within(bytes, async () => await body?.transformToByteArray())) ??
        new Uint8Array()
      );
    } catch (error) {
      // The client asks again until an answer begins; one that is cut off is ours.
      const isLast = attempt >= (isSilence(error) ? silencesMax : attemptsMax);
      if (isLast || error instanceof OutOfTime) throw storeFailure(error, what, name);
      return await get(key, attempt + 1);
    }
  };
  return {
    put: async (key, content) => void (await put(key, content)),
    putNew: (key, content) => putWhereNone({ put, get }, key, content),
    get: (key) => get(key),
    keys: async (prefix) => {
      const list = (input: object): Promise<ListedPage> =>
        asked(`listing ${prefix}`, 0, (limit) =>
          client.send(new sdk.ListObjectsV2Command({ ...at, ...input }), limit),
        );
      return await listAll(list, prefix);
    },
    remove: async (keys) => {
      // One by one: what deletes many at once wants checksums that not every store agrees on.
      for (const key of keys) {
        await asked(`removing ${key}`, 0, (limit) =>
          client.send(new sdk.DeleteObjectCommand({ ...at, Key: key }), limit),
        );
      }
    },
  };
}

async function putWhereNone(
  { put, get }: Pick<Bucket, "get"> & { readonly put: Put },
  key: string,
  content: Uint8Array,
): Promise<boolean> {
  try {
    await put(key, content, { IfNoneMatch: "*" });
    return true;
  } catch (error) {
    const status = statusOf(causeOf(error)) ?? 0;
    if ([409, 412].includes(status)) return false;
    // A store that knows no conditions: the look is all that there is.
    if (![400, 501].includes(status)) throw error;
    if ((await get(key)) !== undefined) return false;
    await put(key, content);
    return true;
  }
}

type Put = (key: string, content: Uint8Array, more?: object) => Promise<unknown>;

const attemptsMax = 5;
const silencesMax = 3;

/** Credentials of .env count as well; without any the client looks where it always looks. */
function clientSettings({ environment, silenceMs }: S3Settings): Client.S3ClientConfig {
  const value = (name: string): string | undefined => {
    const found = environment[name];
    return found === "" ? undefined : found;
  };
  const endpoint = value("AWS_ENDPOINT_URL_S3") ?? value("AWS_ENDPOINT_URL");
  const [id, secret, token] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
  ].map(value);
  return {
    region: value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? "us-east-1",
    // Another vendor's store has no name of its own for each bucket, as a rule.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(id === undefined || secret === undefined
      ? {}
      : {
          credentials: {
            accessKeyId: id,
            secretAccessKey: secret,
            ...(token === undefined ? {} : { sessionToken: token }),
          },
        }),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: attemptsMax,
    // Without these it waits for ever, and a deploy with it.
    requestHandler: { connectionTimeout: 10_000, socketTimeout: silenceMs ?? 30_000 },
  };
}

function statusOf(error: unknown): number | undefined {
  const metadata = fieldOf(error, "$metadata");
  const status = fieldOf(metadata, "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/** The client gives a connection that was cut the name of one that was silent. */
function isSilence(error: unknown): boolean {
  const isCut = ["ECONNRESET", "EPIPE"].includes(String(fieldOf(error, "code")));
  return nameOf(error) === "TimeoutError" && !isCut;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === field)?.[1];
}

/** Signatures hold for some minutes around the store's own time. */
const setTheClock = "Set this machine's clock; then run the same command again.";

function storeFailure(error: unknown, what: string, bucket: string): unknown {
  if (error instanceof LockstepError) return error;
  if (!(error instanceof Error)) return error;
  if (isSilence(error)) {
    const message = `the bucket ${bucket}: ${what}: ${error.message}`;
    return new LockstepError("BACKUP.STORE_TIMEOUT", message, { cause: error });
  }
  const status = statusOf(error);
  const denied = status === 401 || status === 403 || error.name === "CredentialsProviderError";
  const said = status === undefined ? error.name : `${error.name}, HTTP ${status}`;
  const message = `the bucket ${bucket}: ${what}: ${said}: ${error.message}`;
  return new LockstepError(denied ? "BACKUP.STORE_DENIED" : "BACKUP.STORE_FAILED", message, {
    cause: error,
    ...(error.name === "RequestTimeTooSkewed" ? { next: setTheClock } : {}),
  });
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
