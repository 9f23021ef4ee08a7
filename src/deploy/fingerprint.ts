/** What `lockstep fingerprint` does: reads a source's catalog and hashes it. It changes nothing. */
import { fingerprint } from "../catalog/fingerprint.ts";
import type { EqualityLevel } from "../catalog/level.ts";
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { openSource, type SourceOptions } from "./steps/source/read.ts";
import type { SourcePorts } from "./steps/source/ports.ts";
import { parseSource } from "./steps/source/spec.ts";

export interface FingerprintOptions extends SourceOptions {
  readonly level: EqualityLevel;
  /** What is not part of the comparison is a failure. */
  readonly strict: boolean;
}

export interface FingerprintReport {
  readonly source: string;
  readonly fingerprint: string;
  readonly level: EqualityLevel;
  readonly major: number;
  readonly facts: number;
  readonly findings: readonly Finding[];
}

export async function fingerprintSource(
  text: string,
  ports: SourcePorts,
  options: FingerprintOptions,
): Promise<FingerprintReport> {
  const source = await openSource(parseSource(text), ports, options);
  const { catalog, label } = source;
  await source.close();
  const [gap] = catalog.findings.filter(({ severity }) => severity !== "info");
  if (options.strict && gap !== undefined) {
    const code = gap.code === "CATALOG.HIDDEN" ? "CATALOG.HIDDEN" : "CATALOG.NOT_MODELLED";
    throw new LockstepError(code, `${gap.object ?? label}: ${gap.message}`);
  }
  return {
    source: label,
    fingerprint: fingerprint(catalog, options.level),
    level: options.level,
    major: catalog.major,
    facts: catalog.facts.size,
    findings: catalog.findings,
  };
}
