/** Makes a part of a catalog again in scratch and reads it back: what src/catalog/fixed_point.ts asks of the world. */
import type { Remake } from "../../../catalog/fixed_point.ts";
import { dumpText } from "../../../plan/dump.ts";
import { asTheServerWroteIt } from "../../../plan/as_written.ts";
import { loadMaterial } from "./read.ts";
import type { SourcePorts } from "./ports.ts";

export function remakeWith(ports: SourcePorts): Remake {
  return async (part) => {
    const source = { file: "what differs", text: dumpText(asTheServerWroteIt(part)) };
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
        return await ports.readCatalog(session, {});
      } finally {
        await session.close();
      }
    } finally {
      await scratch.drop();
    }
  };
}
