/**
 * A scratch database that is like one side of a difference, for trying plans on: where the side was loaded in scratch
 * it is that database, for a database that lives its dump is loaded. It never touches the side itself.
 */
import { isKind, type Catalog, type Fact } from "../../../catalog/fact.ts";
import type { FactId } from "../../../catalog/id.ts";
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
    copy: async () => {
      const database = await (await made()).copy();
      await makeSubscriptions(database, source.catalog);
      return database;
    },
    isolate: async () => {
      await close();
      loaded = loadDump(source.catalog, ports, "cluster");
      await loaded;
    },
    close,
  };
}

/** They belong to a database and are in no copy of it. */
async function makeSubscriptions(database: ScratchDatabase, catalog: Catalog): Promise<void> {
  if (![...catalog.facts.values()].some((fact) => isKind(fact, "subscription"))) return;
  const texts = dumpParagraphs(withMadeUpSecrets(catalog))
    .filter(({ kind }) => kind === "subscription")
    .map(({ text }) => text);
  const session = await database.connect({ applicationName: "lockstep scratch" });
  try {
    await session.script(texts.join("\n"));
  } finally {
    await session.close();
  }
}

/** A database that lives does not tell its secrets; the stand-in only has to have some. */
function withMadeUpSecrets(catalog: Catalog): Catalog {
  const facts = new Map<FactId, Fact>();
  for (const [id, fact] of catalog.facts) {
    const names = "secrets" in fact.payload ? (fact.payload.secrets ?? []) : [];
    if (names.length === 0) continue;
    const secretReferences = Object.fromEntries(names.map((name) => [name, "unknown"]));
    facts.set(id, { ...fact, secretReferences });
  }
  return facts.size === 0 ? catalog : { ...catalog, facts: new Map([...catalog.facts, ...facts]) };
}

async function loadDump(
  source: Catalog,
  ports: SourcePorts,
  isolation?: ScratchIsolation,
): Promise<ScratchDatabase> {
  const catalog = withMadeUpSecrets(source);
  const paragraphs = dumpParagraphs(catalog).map(({ text }) => text);
  const script = {
    file: "the schema as it is",
    text: [...preamble(catalog), ...paragraphs].join("\n"),
  };
  const material = {
    label: script.file,
    steps: [{ kind: "script", source: script, together: false }] as const,
    files: ports.files,
    anyOrder: false,
  };
  return await loadMaterial(material, ports, { major: catalog.major, isolation });
}
