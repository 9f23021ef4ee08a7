/** Why a statement could not be loaded, told so that a person can act. */
import { LockstepError } from "../../../core/errors.ts";
import type { ServerError } from "../../../ports/database.ts";
import { locateCharacter } from "../../../sql/source.ts";
import { offsetOfCharacter } from "../../../sql/position.ts";
import { excerpt } from "../apply/failure.ts";
import type { ScriptStatement } from "./script.ts";

export const nothingTouched =
  "nothing was changed: the SQL was loaded into a scratch database, which is gone";

export function loadFailure(error: ServerError, statement: ScriptStatement): LockstepError {
  const { text, where } = statement;
  const position = error.position === undefined ? where : locateCharacter(text, error.position);
  const offset =
    error.position === undefined ? undefined : offsetOfCharacter(text.text, error.position);
  const extension = missingExtension(error);
  const lines = excerpt({ where: position, statement: text.text, offset });
  const details = {
    where: position,
    state: nothingTouched,
    sqlState: error.sqlState,
    notes: [...lines, ...labelled("DETAIL", error.detail), ...labelled("HINT", error.hint)],
    cause: error,
  };
  if (extension !== undefined) {
    return new LockstepError("SOURCE.EXTENSION", noExtension(extension), details);
  }
  return new LockstepError("SOURCE.STATEMENT_FAILED", sentence(error.message), details);
}

/** The same failure as another error tells it, when it is that the server lacks an extension. */
export function sourceError(error: ServerError, told: LockstepError): LockstepError {
  const extension = missingExtension(error);
  if (extension === undefined) return told;
  const { where, sqlState, notes, cause } = told;
  return new LockstepError("SOURCE.EXTENSION", noExtension(extension), {
    ...(where === undefined ? {} : { where }),
    ...(sqlState === undefined ? {} : { sqlState }),
    notes,
    cause,
  });
}

function noExtension(name: string): string {
  return `The scratch server has no extension ${name}.`;
}

/** The name in the server's message, when that is what is missing. */
function missingExtension(error: ServerError): string | undefined {
  if (error.sqlState !== "0A000" && error.sqlState !== "58P01") return undefined;
  return /extension "(.*)" is not available/.exec(error.message)?.[1];
}

/** The role that a statement names and the scratch server does not have. */
export function missingRole(error: ServerError): string | undefined {
  if (error.sqlState !== "42704") return undefined;
  return /^role "(.*)" does not exist$/s.exec(error.message)?.[1];
}

/** Something that another file, or a later statement, may make yet. */
export function isMissingObject(error: ServerError): boolean {
  return missingObjectStates.has(error.sqlState);
}

const missingObjectStates: ReadonlySet<string> = new Set([
  "42P01", // undefined_table
  "42703", // undefined_column
  "42704", // undefined_object
  "42883", // undefined_function
  "42P02", // undefined_parameter
  "3F000", // invalid_schema_name
  "42830", // invalid_foreign_key: the key that it refers to
  "42809", // wrong_object_type: a partition before its parent is partitioned
  "42P10", // invalid_column_reference: ON CONFLICT before its index
  "428C9", // generated_always
]);

function sentence(message: string): string {
  return message.endsWith(".") ? message : `${message}.`;
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : [`${label}: ${text}`];
}
