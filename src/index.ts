/** The public API. */
export {
  LockstepError,
  type JsonObject,
  type JsonValue,
  type SourcePosition,
} from "./core/errors.ts";
export { errorCodes, type ErrorCode } from "./core/codes.ts";
export type { Finding, Severity } from "./core/findings.ts";
