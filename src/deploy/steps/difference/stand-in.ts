/**
 * A scratch database that is like one side of a difference, for trying plans on: where the side was loaded in scratch
 * it is that database, for a database that lives its dump is loaded. It never touches the side itself.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { dumpParagraphs, preamble } from "../../../plan/dump.ts";
import type { ScratchDatabase, ScratchIsolation } from "../../../ports/scratch.ts";
import { loadMaterial, type OpenSource } from "../source/read.ts";
import type { SourcePorts } from "../source/ports.ts";

export interface StandIn {
  /** Another database in the side's state, which the caller drops. */
  copy(): Promise<ScratchDatabase>;
  /** From now on copies are on a server of their own, where roles may be made. */
  isolate(): Promise<void>;
  /** Drops what was made for it. */
  close(): Promise<void>;
}

export function standInFor(
  source: Pick<OpenSource, "catalog" | "scratch">,
  ports: SourcePorts,
): StandIn {
  let loaded: Promise<ScratchDatabase> | undefined;
  const made = async (): Promise<ScratchDatabase> =>
    loaded === undefined && source.scratch !== undefined
      ? source.scratch
      : await (loaded ??= loadDump(source.catalog, ports));
  const close = async (): Promise<void> => {
    const database = await loaded?.catch(() => undefined);
    await database?.drop();
  };
  return {
    copy: async () => await (await made()).copy(),
    isolate: async () => {
      await close();
      loaded = loadDump(source.catalog, ports, "cluster");
      await loaded;
    },
    close,
  };
}

async function loadDump(
  catalog: Catalog,
  ports: SourcePorts,
  isolation?: ScratchIsolation,
): Promise<ScratchDatabase> {
  const paragraphs = dumpParagraphs(catalog).map(({ text }) => text);
  const source = {
    file: "the schema as it is",
    text: [...preamble(catalog), ...paragraphs].join("\n"),
  };
  const material = {
    label: source.file,
    steps: [{ kind: "script", source, together: false }] as const,
    files: ports.files,
    anyOrder: false,
  };
  return await loadMaterial(material, ports, { major: catalog.major, isolation });
}
