/**
 * What `lockstep fingerprint` does: reads a source's catalog, brings its texts to the form that they have after a restore,
 * and hashes it, as the lock file has it. It changes nothing.
 */
import { fingerprint } from "../catalog/fingerprint.ts";
import type { Catalog } from "../catalog/fact.ts";
import { hasOpenTexts, openFixedTexts } from "../catalog/fixed_point.ts";
import type { EqualityLevel } from "../catalog/level.ts";
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { ServerError } from "../ports/database.ts";
import { remakeWith } from "./steps/source/remake.ts";
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
  const { label } = source;
  await source.close();
  const catalog = await withFixedTexts(source.catalog, ports);
  const [gap] = catalog.findings.filter(
    ({ severity, code }) => severity !== "info" && code.startsWith("CATALOG."),
  );
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

/**
 * The server may print what it holds otherwise after a restore: where a scratch server of the major is at hand, the text
 * of after it counts on both sides.
 */
async function withFixedTexts(catalog: Catalog, ports: SourcePorts): Promise<Catalog> {
  if (!hasOpenTexts(catalog)) return catalog;
  try {
    return await openFixedTexts(remakeWith(ports))(catalog);
  } catch (error) {
    if (!(error instanceof LockstepError) && !(error instanceof ServerError)) throw error;
    return { ...catalog, findings: [...catalog.findings, asPrinted(error)] };
  }
}

function asPrinted(error: Error): Finding {
  return {
    code: "CATALOG.AS_PRINTED",
    severity: "info",
    message: `expressions are hashed as this server prints them, which a restore may change: they could not be made again in scratch (${error.message})`,
    hint: "lockstep diff and lockstep verify compare what differs by making it again.",
  };
}
