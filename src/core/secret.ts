/**
 * A password or key on its way to where it is used. Printing, inspecting or serialising it shows that there is
 * one and never what it is, so that no log line, error or JSON report can carry it by accident.
 */
export interface Secret {
  readonly reveal: () => string;
  readonly toString: () => string;
  readonly toJSON: () => string;
}

const shown = "***";

export function secret(value: string): Secret {
  const hidden = (): string => shown;
  const holder: Secret = { reveal: () => value, toString: hidden, toJSON: hidden };
  // node:util's inspect asks for this symbol; defined out of sight so that comparisons ignore it.
  return Object.defineProperty(holder, Symbol.for("nodejs.util.inspect.custom"), { value: hidden });
}

/**
 * URLs without the passwords in them: an argument that was typed in the wrong place, a path made of one, a line of SQL
 * or a server's message is repeated in errors, and errors end in the logs of a build.
 */
export function withoutPasswords(text: string): string {
  return text.includes("@") ? text.replaceAll(passwordInUrl, `$1:${shown}@`) : text;
}

/** One slash, too: that is what is left of a URL that was taken for a path. */
const passwordInUrl = /(\b[a-z][a-z0-9+.-]*:\/{1,2}[^\s:/@]*):[^\s/]+@/gi;
