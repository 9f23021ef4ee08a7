/** A failure on the way to a proof, as a part of it: the files are wrong, or this machine can't try them. */
import { LockstepError } from "../../../core/errors.ts";
import type { PartKind, ProofPart } from "./part.ts";

/** Anything but an expected failure goes through, and so does the user's wish to stop. */
export function failedPart(kind: PartKind, subject: string, error: unknown): ProofPart {
  if (!(error instanceof LockstepError) || isInterruption(error)) throw error;
  const { where, message } = error;
  const at = where === undefined ? "" : `${where.file}${lineOf(where.line)}: `;
  const common = { kind, subject, reason: at + message, error: error.toJSON() };
  if (isAboutTheFiles(error)) return { ...common, outcome: "refuted" };
  return { ...common, outcome: "unproved", hint: error.next };
}

function lineOf(line: number | undefined): string {
  return line === undefined ? "" : `:${line}`;
}

function isInterruption({ code }: LockstepError): boolean {
  return code === "DEPLOY.INTERRUPTED" || code.startsWith("USAGE.");
}

/** The rest is about servers, extensions and connections: another machine may well prove it. */
function isAboutTheFiles({ code }: LockstepError): boolean {
  if (code === "SOURCE.EXTENSION" || code === "SOURCE.COMMAND_FAILED") return false;
  if (code === "DEPLOY.CONNECTION_LOST" || code === "DEPLOY.IN_DOUBT") return false;
  const [namespace = ""] = code.split(".");
  return !["CONNECT", "EMBEDDED", "SCRATCH", "CATALOG", "CONFIG"].includes(namespace);
}
