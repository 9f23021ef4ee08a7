/** What a SOURCE argument means. The words are the design's; anything else is refused with all of them named. */
import { LockstepError } from "../../../core/errors.ts";

export type SourceSpec =
  | { readonly kind: "empty" | "baseline" | "migrations" | "declared" | "live" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "url"; readonly url: string };

const words = ["empty", "baseline", "migrations", "declared", "live"] as const;

export function parseSource(text: string): SourceSpec {
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return { kind: word };
  if (text.startsWith("file:") && text.length > "file:".length) {
    return { kind: "file", path: text.slice("file:".length) };
  }
  if (/^postgres(?:ql)?:\/\//.test(text)) return { kind: "url", url: text };
  // A URL that is not understood may hold a password, so only what precedes it is shown.
  const shown = text.includes("://") ? `${text.slice(0, text.indexOf("://"))}://...` : text;
  throw new LockstepError("SOURCE.UNKNOWN", `${JSON.stringify(shown)} names no schema`);
}
