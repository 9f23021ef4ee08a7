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
