/** The server's error and notice messages as the port's values. Nothing that the client sent is added to them. */
import { ServerError, type Notice, type ServerErrorObject } from "../../ports/database.ts";
import type { ErrorFields } from "./messages.ts";

export function toServerError(fields: ErrorFields, completed: number): ServerError {
  const position = fields.position === undefined ? undefined : Number(fields.position);
  return new ServerError(fields.message ?? "the server gave no message", {
    sqlState: fields.code ?? "XX000",
    severity: fields.severity ?? "ERROR",
    position,
    detail: fields.detail,
    hint: fields.hint,
    context: errorContext(fields),
    completed,
    object: errorObject(fields),
  });
}

export function toNotice(fields: ErrorFields): Notice {
  return {
    severity: fields.severity ?? "NOTICE",
    message: fields.message ?? "",
    ...(fields.code === undefined ? {} : { sqlState: fields.code }),
    ...(fields.detail === undefined ? {} : { detail: fields.detail }),
    ...(fields.hint === undefined ? {} : { hint: fields.hint }),
  };
}

/** The statement inside a function that failed comes with the call stack, as psql shows it. */
function errorContext(fields: ErrorFields): string | undefined {
  const inner = fields.internalQuery === undefined ? [] : [`QUERY: ${fields.internalQuery}`];
  const stack = fields.where === undefined ? [] : [fields.where];
  const lines = [...inner, ...stack];
  return lines.length === 0 ? undefined : lines.join("\n");
}

function errorObject(fields: ErrorFields): ServerErrorObject {
  return {
    ...(fields.schema === undefined ? {} : { schema: fields.schema }),
    ...(fields.table === undefined ? {} : { table: fields.table }),
    ...(fields.column === undefined ? {} : { column: fields.column }),
    ...(fields.dataType === undefined ? {} : { dataType: fields.dataType }),
    ...(fields.constraint === undefined ? {} : { constraint: fields.constraint }),
  };
}
