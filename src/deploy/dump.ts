/** What `lockstep dump` does: reads a source and writes it down as SQL. The source stays as it is. */
import type { Catalog } from "../catalog/fact.ts";
import type { Finding } from "../core/findings.ts";
import { dumpParagraphs, preamble, type DumpOptions } from "../plan/dump.ts";
import { splitFiles, type DumpFile } from "../plan/dump_files.ts";
import { openSource, type SourceOptions } from "./steps/source/read.ts";
import type { SourcePorts } from "./steps/source/ports.ts";
import { parseSource } from "./steps/source/spec.ts";

export interface DumpRequest extends SourceOptions, DumpOptions {
  readonly source: string;
  /** One file per object instead of one text. */
  readonly split: boolean;
}

export interface DumpReport {
  readonly source: string;
  readonly major: number;
  /** One file, named by the caller, or several with their paths. */
  readonly files: readonly DumpFile[];
  readonly findings: readonly Finding[];
}

export async function dump(ports: SourcePorts, request: DumpRequest): Promise<DumpReport> {
  const source = await openSource(parseSource(request.source), ports, request);
  await source.close();
  const { catalog, label } = source;
  const paragraphs = dumpParagraphs(catalog, request);
  const start = preamble(catalog);
  const whole = { path: "", text: [...start, ...paragraphs.map(({ text }) => text)].join("\n") };
  return {
    source: label,
    major: catalog.major,
    files: request.split ? splitFiles(paragraphs, start) : [whole],
    findings: [...catalog.findings, ...secretsLeftOut(catalog)],
  };
}

function secretsLeftOut(catalog: Catalog): readonly Finding[] {
  const findings: Finding[] = [];
  for (const fact of catalog.facts.values()) {
    const all = "secrets" in fact.payload ? (fact.payload.secrets ?? []) : [];
    const secrets = all.filter((name) => fact.secretReferences?.[name] === undefined);
    if (secrets.length === 0) continue;
    findings.push({
      code: "DUMP.SECRET_LEFT_OUT",
      severity: "warning",
      message: `${secrets.join(", ")} is a secret and not in the dump`,
      object: fact.id,
      hint: "Set it by hand after the dump is loaded.",
    });
  }
  return findings;
}
