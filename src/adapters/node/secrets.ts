/**
 * Values of secrets that SQL names: variables of the environment, their `_FILE` twins, and files. It keeps none: each
 * is read when a statement is about to be sent. No error tells more of a value than where it should have been.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { LockstepError } from "../../core/errors.ts";
import type { Secrets } from "../../ports/secrets.ts";
import type { Environment } from "./environment.ts";

/** `root`: what relative paths are relative to. */
export function nodeSecrets(environment: Environment, root: string): Secrets {
  return {
    resolve: (reference) => {
      const colon = reference.indexOf(":");
      const what = reference.slice(colon + 1);
      if (reference.startsWith("file:")) return fromFile(reference, resolve(root, what));
      const value = environment[what] ?? "";
      if (value !== "") return checked(reference, value);
      const path = environment[`${what}_FILE`] ?? "";
      if (path !== "") return fromFile(reference, resolve(root, path));
      throw unset(reference, `the environment has no ${what}`);
    },
  };
}

function fromFile(reference: string, path: string): string {
  let text: string;
  try {
    // Editors and `echo` end a file with a line end that is no part of the secret.
    text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    throw unset(reference, `${path} can't be read (${reason})`);
  }
  if (text === "") throw unset(reference, `${path} is empty`);
  return checked(reference, text);
}

function checked(reference: string, value: string): string {
  if (value.includes("\u0000")) throw unset(reference, "its value holds the character NUL");
  return value;
}

function unset(reference: string, why: string): LockstepError {
  return new LockstepError("SECRET.UNSET", `${reference} has no value: ${why}`, {
    data: { reference },
  });
}
