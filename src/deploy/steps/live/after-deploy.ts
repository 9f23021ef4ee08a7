/**
 * The last stage of a deploy: the live schema must be the one that lockstep.lock says. It asks for one read of the
 * catalog where the file says anything; only where the fingerprints differ are the files replayed in scratch. Drift
 * stops the deploy's success, never undoes what was applied.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { ObjectDifference } from "../../../catalog/explain.ts";
import type { Finding } from "../../../core/findings.ts";
import type { Session } from "../../../ports/database.ts";
import type { Project } from "../../../project/project.ts";
import type { ReplayPorts } from "../replay/ports.ts";
import type { Against } from "./expected.ts";
import { readOn } from "./read.ts";
import { schemaVerdict, type SchemaVerdict } from "./verdict.ts";

/** `always`: also when nothing was lacking, and without a fingerprint in the lock file. */
export type VerifyMode = "always" | "after" | "never";

export interface AfterDeploy {
  readonly session: Session;
  readonly project: Project;
  readonly ports: () => Promise<ReplayPorts>;
  readonly mode: VerifyMode;
  readonly label: string;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly signal: AbortSignal | undefined;
}

export async function verifyAfterDeploy(options: AfterDeploy): Promise<readonly Finding[]> {
  const { session, project, mode, label, today, signal } = options;
  const ports = await options.ports();
  const live = { label, ...(await readOn(session, ports, project)) };
  const against: Against | undefined = mode === "always" ? "lock" : undefined;
  const level = project.config.equality;
  const request = { project, against, level, today, ...(signal === undefined ? {} : { signal }) };
  const verdict = await judged(() => schemaVerdict(ports, request, live));
  if (Array.isArray(verdict)) return verdict;
  if (verdict.kind !== "drift") return verdict.kind === "equal" ? verdict.findings : [];
  const now = await readOn(session, ports, project);
  // Somebody else deploys already: what differs is theirs.
  if (now.applied?.size !== live.applied?.size) return [];
  throw drift(verdict, label);
}

/** An unequal fingerprint alone is no drift; where nothing better can be had, that much is said. */
async function judged(ask: () => Promise<SchemaVerdict>): Promise<SchemaVerdict | Finding[]> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const message = `the schema could not be compared with what its migrations lead to: ${error.message}`;
    return [{ code: "VERIFY.NOT_COMPARED", severity: "warning", message, hint: error.next }];
  }
}

const objectsShown = 10;

function drift(
  { sides, differences, findings, next }: Extract<SchemaVerdict, { readonly kind: "drift" }>,
  label: string,
): LockstepError {
  const count = differences.length;
  const more = count > objectsShown ? [`and ${count - objectsShown} more`] : [];
  const notes = differences.slice(0, objectsShown).flatMap((one) => told(one, sides));
  const message = `${label} is not as its migrations make it: ${count} object${count === 1 ? " differs" : "s differ"}`;
  return new LockstepError("VERIFY.DRIFT", message, {
    state:
      "every migration of this deploy is applied and recorded; what differs was there before, or came by hand",
    notes: [...notes, ...more, ...findings.map(besides)],
    next: ["lockstep verify --against lock", ...next].join("\n"),
    data: { objects: differences.map(({ id }) => id) },
  });
}

/** What no comparison shows may be the reason, or come on top. */
function besides({ code, object, message }: Finding): string {
  return `${code}: ${object === undefined ? "" : `${object}: `}${message}`;
}

function told(
  { object, presence, attributes }: ObjectDifference,
  [left, right]: readonly [string, string],
): readonly string[] {
  if (presence !== "both") return [`${object}: only in ${presence === "left" ? left : right}`];
  return attributes.map(
    (pair) =>
      `${object}, ${pair.attribute}: ${shown(pair.left)} in ${left}, ${shown(pair.right)} in ${right}`,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
