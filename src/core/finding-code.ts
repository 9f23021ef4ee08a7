/** A finding that stops a command is thrown as an error of the same code. */
import { errorCodes, type ErrorCode } from "./codes.ts";
import { InternalError } from "./errors.ts";

export function findingCode(code: string): ErrorCode {
  if (isErrorCode(code)) return code;
  throw new InternalError(`the finding ${code} has no error code`);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
