/** What a SOURCE argument means. The words are the design's; anything else is refused with all of them named. */
import { LockstepError } from "../../../core/errors.ts";

export type SourceSpec =
  | { readonly kind: "empty" | "baseline" | "migrations" | "declared" | "live" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "backup"; readonly path: string }
  | { readonly kind: "url"; readonly url: string };

const words = ["empty", "baseline", "migrations", "declared", "live"] as const;

export function parseSource(text: string): SourceSpec {
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return { kind: word };
  for (const kind of ["file", "backup"] as const) {
    const path = text.startsWith(`${kind}:`) ? text.slice(kind.length + 1) : "";
    if (path !== "") return { kind, path };
  }
  if (/^postgres(?:ql)?:\/\//.test(text)) return { kind: "url", url: text };
  // A URL that is not understood may hold a password, so only what precedes it is shown.
  const shown = text.includes("://") ? `${text.slice(0, text.indexOf("://"))}://...` : text;
  throw new LockstepError("SOURCE.UNKNOWN", `${JSON.stringify(shown)} names no schema`, {
    ...(/^[^:]+\.sql$/i.test(text) ? { next: `Write file:${text}` } : {}),
  });
}

/** A source whose catalog is there to be read, on the major that it has; the others are loaded in scratch. */
export function isRead(spec: SourceSpec): boolean {
  return spec.kind === "live" || spec.kind === "url" || spec.kind === "backup";
}
