/** Proves a folder of files as the command line would, in this process; what it opened is closed with the test. */
import { onTestFinished } from "vitest";
import { compose } from "../../src/compose.ts";
import { prove, type ProofReport, type ProveRequest } from "../../src/deploy/prove.ts";
import type { ProofPart } from "../../src/deploy/steps/prove/part.ts";
import { othersAt } from "../../src/others.ts";
import { provePortsOf } from "../../src/prove-ports.ts";
import { bareEnvironment } from "./lockstep.ts";

export interface ProveOptions extends Partial<Omit<ProveRequest, "project" | "live">> {
  /** A live side. */
  readonly url?: string;
  /** Another branch's revision. */
  readonly base?: string;
}

export async function proveFolder(
  folder: string,
  options: ProveOptions = {},
): Promise<ProofReport> {
  const { url, base, ...request } = options;
  const parts = compose({
    projectFolder: folder,
    url,
    environment: bareEnvironment(),
    workingFolder: folder,
    note: () => undefined,
  });
  onTestFinished(() => parts.close());
  const ports = await provePortsOf({ parts, workingFolder: folder, progress: () => undefined });
  const project = await parts.project();
  const live = url !== undefined;
  const others = base === undefined ? {} : { others: await othersAt(parts, base) };
  return await prove(ports, { today: "2026-01-01", ...request, ...others, project, live });
}

/** What does not hold, one line each: for an assertion that shows all of it. */
export function refutations({ parts }: ProofReport): readonly string[] {
  return parts
    .filter(({ outcome }) => outcome === "refuted" || outcome === "unproved")
    .flatMap((part) => [`${part.subject}: ${part.reason}`, ...told(part)]);
}

function told({ differences = [] }: ProofPart): readonly string[] {
  return differences.flatMap(({ object, presence, attributes }) =>
    presence === "both"
      ? attributes.map(({ attribute, left, right }) => {
          return `${object} ${attribute}: ${JSON.stringify(left)} / ${JSON.stringify(right)}`;
        })
      : [`${object}: ${presence} only`],
  );
}
