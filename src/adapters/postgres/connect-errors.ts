/**
 * Why a connection could not be made, as a CONNECT code with the next step. Loaded only when something failed. The
 * causes are the network's and the server's own errors; neither knows the password.
 */
import { LockstepError, type ErrorDetails } from "../../core/errors.ts";
import type { ErrorCode } from "../../core/codes.ts";
import { ConnectionLost, ServerError } from "../../ports/database.ts";
import { isSocketFolder, targetLabel, type ConnectionTarget } from "./target.ts";

export function connectError(
  error: unknown,
  target: ConnectionTarget,
  timedOut: boolean,
): LockstepError {
  const label = targetLabel(target);
  if (error instanceof LockstepError)
    return error.with({ notes: [...error.notes, `target: ${label}`] });
  if (error instanceof ServerError) return fromServer(error, target);
  if (error instanceof ConnectionLost && error.cause instanceof LockstepError) {
    return connectError(error.cause, target, timedOut);
  }
  const fail = (code: ErrorCode, message: string, details: ErrorDetails = {}): LockstepError =>
    new LockstepError(code, message, { cause: error, notes: [`target: ${label}`], ...details });
  if (timedOut) {
    return fail(
      "CONNECT.TIMEOUT",
      `no answer from ${label} within ${target.connectTimeoutMs / 1000} s`,
    );
  }
  const cause = networkCause(error);
  const known = fromNetwork(cause.code, target);
  if (known !== undefined) return fail(known.code, known.message, known.details);
  const tls = fromTls(cause.code, cause.message, target);
  if (tls !== undefined) return fail(tls.code, tls.message, tls.details);
  if (error instanceof ConnectionLost) {
    return fail("CONNECT.LOST", `the server hung up while lockstep was connecting to ${label}`);
  }
  return fail("CONNECT.REJECTED", `can't connect to ${label}: ${cause.message}`);
}

interface Known {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
}

function networkCause(error: unknown): { readonly code: string; readonly message: string } {
  const inner = error instanceof ConnectionLost ? (error.cause ?? error) : error;
  if (!(inner instanceof Error)) return { code: "", message: String(inner) };
  const code = "code" in inner ? String(inner.code) : "";
  return { code, message: inner.message };
}

function fromNetwork(code: string, target: ConnectionTarget): Known | undefined {
  const place = isSocketFolder(target.host)
    ? `${target.host}/.s.PGSQL.${target.port}`
    : `${target.host}:${target.port}`;
  switch (code) {
    case "ECONNREFUSED":
      return { code: "CONNECT.REFUSED", message: `nothing listens at ${place}` };
    case "ENOENT":
      return { code: "CONNECT.REFUSED", message: `there is no server socket ${place}` };
    case "EACCES":
      return { code: "CONNECT.UNREACHABLE", message: `no permission for the socket ${place}` };
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_FAIL":
      return { code: "CONNECT.DNS", message: `the host name ${target.host} has no address` };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EADDRNOTAVAIL":
      return { code: "CONNECT.UNREACHABLE", message: `there is no way to ${place}` };
    case "ETIMEDOUT":
      return { code: "CONNECT.TIMEOUT", message: `no answer from ${place}` };
    case "ECONNRESET":
    case "EPIPE":
      return { code: "CONNECT.LOST", message: `${place} hung up while lockstep was connecting` };
    default:
      return undefined;
  }
}

const untrusted: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "INVALID_CA",
]);

function fromTls(code: string, message: string, target: ConnectionTarget): Known | undefined {
  const { host } = target;
  const explicit = `sslmode is ${target.tls.mode}`;
  if (untrusted.has(code)) {
    const text = `the certificate of ${host} is not from an authority that is trusted here (${explicit})`;
    return { code: "CONNECT.TLS_UNTRUSTED", message: text };
  }
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    const when = code === "CERT_HAS_EXPIRED" ? "has expired" : "is not valid yet";
    return { code: "CONNECT.TLS_EXPIRED", message: `the certificate of ${host} ${when}` };
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return {
      code: "CONNECT.TLS_HOST",
      message: `the server's certificate is not for ${host}: ${message}`,
    };
  }
  const isTls = /^(ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO)/.test(code) || /TLS handshake/.test(message);
  if (!isTls) return undefined;
  return { code: "CONNECT.TLS_FAILED", message: `no encrypted connection to ${host}: ${message}` };
}

function fromServer(error: ServerError, target: ConnectionTarget): LockstepError {
  const notes = [
    ...(error.detail === undefined ? [] : [`detail: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
    `target: ${targetLabel(target)}`,
  ];
  const known = serverCodes.get(error.sqlState) ?? "CONNECT.REJECTED";
  const next = known === "CONNECT.DATABASE_ABSENT" ? { next: createIt } : {};
  return new LockstepError(known, error.message, {
    sqlState: error.sqlState,
    notes,
    cause: error,
    ...next,
  });
}

/** Without the flag it would make the environment's database, which may be another. */
const createIt =
  "lockstep create (with --url or --target, where the database was not named by the environment)";

const serverCodes: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ["28P01", "CONNECT.AUTH"],
  ["28000", "CONNECT.REJECTED"],
  ["3D000", "CONNECT.DATABASE_ABSENT"],
  ["53300", "CONNECT.TOO_MANY"],
  ["57P01", "CONNECT.STARTING"],
  ["57P02", "CONNECT.STARTING"],
  ["57P03", "CONNECT.STARTING"],
  ["08P01", "CONNECT.REJECTED"],
]);
