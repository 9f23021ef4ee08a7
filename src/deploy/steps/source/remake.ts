/** Makes a part of a catalog again in scratch and reads it back: what src/catalog/fixed_point.ts asks of the world. */
import type { Remake } from "../../../catalog/fixed_point.ts";
import { emptyCatalog } from "../../../plan/empty_catalog.ts";
import { dumpParagraphs, preamble } from "../../../plan/dump.ts";
import { asTheServerWroteIt } from "../../../plan/as_written.ts";
import { loadMaterial } from "./read.ts";
import type { SourcePorts } from "./ports.ts";

export function remakeWith(ports: SourcePorts): Remake {
  return async (wanted) => {
    // The part of a catalog names no language that every database has, and a plan would drop PL/pgSQL for want of it.
    const facts = new Map([...emptyCatalog(wanted.major).facts, ...wanted.facts]);
    const part = { ...wanted, facts };
    const paragraphs = dumpParagraphs(asTheServerWroteIt(part)).map(({ text }) => text);
    const source = { file: "what differs", text: [...preamble(part), ...paragraphs].join("\n") };
    const material = {
      label: source.file,
      steps: [{ kind: "script", source, together: false }] as const,
      files: ports.files,
      anyOrder: false,
    };
    const scratch = await loadMaterial(material, ports, { major: part.major });
    try {
      const session = await scratch.connect({ applicationName: "lockstep catalog" });
      try {
        return await ports.readCatalog(session, { inScratch: true });
      } finally {
        await session.close();
      }
    } finally {
      await scratch.drop();
    }
  };
}
