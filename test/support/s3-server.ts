/**
 * A small S3-compatible server for tests: objects in memory, one bucket, every request's signature (SigV4) computed
 * anew from the secret and compared. It knows PUT with If-None-Match, GET, DELETE and ListObjectsV2 in pages.
 */
import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

export interface S3Server {
  readonly bucket: string;
  readonly objects: ReadonlyMap<string, Buffer>;
  /** For a process that is to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** As somebody else puts it there. */
  put(key: string, content: string): void;
  remove(key: string): void;
  /** The next requests are answered so. */
  fail(status: number, times: number, code?: string): void;
  /** Requests are treated so, as long as the function says something about them. */
  disturb(fault: (request: { readonly method: string; readonly key: string }) => Fault): void;
  /** Conditions are not known: 501. */
  forgetConditions(): void;
}

/**
 * `cut`: the connection ends in the middle of the request's or the answer's body; `silent`: no byte comes, or no more of
 * the answer; `slow`: a quarter of a second later; `trickle`: a word that means nothing, over and over, and no answer.
 */
export type Fault = "cut" | "silent" | "slow" | "trickle" | undefined;

const credentials = { id: "AKIDTEST", secret: "secret/of+the=test" };

export async function s3Server(pageSize = 3): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const bucket = "backups";
  let failure = { status: 0, times: 0, code: "SlowDown" };
  let knowsConditions = true;
  let faultOf: (request: { readonly method: string; readonly key: string }) => Fault = () =>
    undefined;
  const answer = (request: IncomingMessage, body: Buffer): Answer => {
    if (!isSigned(request, body)) return refusal(403, "SignatureDoesNotMatch");
    if (failure.times > 0) {
      failure = { ...failure, times: failure.times - 1 };
      return refusal(failure.status, failure.code);
    }
    const url = new URL(request.url ?? "", "http://host");
    const [, named = "", ...parts] = url.pathname.split("/");
    if (named !== bucket) return refusal(404, "NoSuchBucket");
    const key = parts.map(decodeURIComponent).join("/");
    if (key === "") return list(objects, url.searchParams, pageSize);
    if (request.method === "PUT") {
      const isConditional = request.headers["if-none-match"] === "*";
      if (isConditional && !knowsConditions) return refusal(501, "NotImplemented");
      if (isConditional && objects.has(key)) return refusal(412, "PreconditionFailed");
      objects.set(key, body);
      return { status: 200, body: "" };
    }
    if (request.method === "DELETE") {
      objects.delete(key);
      return { status: 204, body: "" };
    }
    return found(objects.get(key));
  };
  const server = createServer((request, response) => {
    const key = decodeURIComponent(new URL(request.url ?? "", "http://host").pathname).slice(1);
    const { method = "" } = request;
    const fault = faultOf({ method, key });
    if (method === "PUT" && fault === "silent") return;
    if (fault === "trickle") {
      const timer = setInterval(() => response.writeProcessing(), 100);
      response.once("close", () => clearInterval(timer));
      return;
    }
    if (method === "PUT" && fault === "cut") {
      request.once("data", () => request.destroy());
      return;
    }
    void bodyOf(request).then(async (body) => {
      if (fault === "slow") await new Promise((resolve) => setTimeout(resolve, 250));
      const found = answer(request, body);
      if (fault === "cut" || fault === "silent") sendHalf(response, found, fault);
      else send(response, found);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    bucket,
    objects,
    environment: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: credentials.id,
      AWS_SECRET_ACCESS_KEY: credentials.secret,
      AWS_REGION: "eu-test-1",
    },
    put: (key, content) => {
      objects.set(key, Buffer.from(content));
    },
    remove: (key) => {
      objects.delete(key);
    },
    fail: (status, times, code = "SlowDown") => {
      failure = { status, times, code };
    },
    disturb: (fault) => {
      faultOf = fault;
    },
    forgetConditions: () => {
      knowsConditions = false;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
}

function found(content: Buffer | undefined): Answer {
  return content === undefined ? refusal(404, "NoSuchKey") : { status: 200, body: content };
}

function refusal(status: number, code: string): Answer {
  return {
    status,
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}

function list(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams, size: number): Answer {
  const after = query.get("continuation-token") ?? "";
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get("prefix") ?? ""))
    .sort();
  const rest = keys.filter((key) => key > after);
  const page = rest.slice(0, size);
  const contents = page.map(
    (key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length ?? 0}</Size></Contents>`,
  );
  const more = rest.length > page.length;
  const next = more ? `<NextContinuationToken>${page.at(-1) ?? ""}</NextContinuationToken>` : "";
  return {
    status: 200,
    body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>${String(more)}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

function sendHalf(response: ServerResponse, { status, body }: Answer, fault: Fault): void {
  response.writeHead(status, { "content-length": Buffer.byteLength(body) + 1 });
  response.write(body, () => {
    if (fault === "cut") response.destroy();
  });
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(
    status,
    status === 204
      ? {}
      : { "content-type": "application/xml", "content-length": Buffer.byteLength(body) },
  );
  response.end(status === 204 ? undefined : body);
}

/** AWS Signature Version 4, by its specification. */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    );
  if (match === null) return false;
  const [, id = "", day = "", region = "", signed = "", signature = ""] = match;
  const hash = header(request, "x-amz-content-sha256");
  if (id !== credentials.id || (hash !== "UNSIGNED-PAYLOAD" && hash !== sha256(body))) return false;
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const canonicalQuery =
    query === ""
      ? ""
      : query
          .split("&")
          .map((part) => (part.includes("=") ? part : `${part}=`))
          .sort()
          .join("&");
  const headers = signed.split(";").map((name) => `${name}:${header(request, name).trim()}\n`);
  const canonical = [request.method, path, canonicalQuery, headers.join(""), signed, hash].join(
    "\n",
  );
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", header(request, "x-amz-date"), scope, sha256(canonical)].join(
    "\n",
  );
  const key = [day, region, "s3", "aws4_request"].reduce<Buffer | string>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${credentials.secret}`,
  );
  return createHmac("sha256", key).update(text).digest("hex") === signature;
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
