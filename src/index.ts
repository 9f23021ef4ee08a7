/** The public API. */
export {
  LockstepError,
  type JsonObject,
  type JsonValue,
  type SourcePosition,
} from "./core/errors.ts";
export { errorCodes, type ErrorCode } from "./core/codes.ts";
export type { Finding, Severity } from "./core/findings.ts";
export {
  defineConfig,
  type ConfigContext,
  type ConfigExport,
  type UserConfig,
  type UserTarget,
} from "./project/user-config.ts";
