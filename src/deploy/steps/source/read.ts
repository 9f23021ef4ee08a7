/**
 * From a SOURCE to a catalog. A database is read as it is; SQL is loaded into a scratch database, whose catalog says
 * what the SQL means, and which is dropped when the caller is done with it.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import type { CatalogFilter } from "../../../catalog/filter.ts";
import type { SharedParts } from "../../../catalog/shared_parts.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Database } from "../../../ports/database.ts";
import type { ScratchDatabase, ScratchIsolation, ScratchRequest } from "../../../ports/scratch.ts";
import { withoutAdoptedHistories } from "../live/adopted-histories.ts";
import { loadParser, type Parser } from "../../../sql/parse.ts";
import { classify } from "../../../sql/classify.ts";
import type { SourceText } from "../../../sql/source.ts";
import { splitScript } from "../../../sql/split.ts";
import { includedIn } from "./included.ts";
import { loadSteps, RoleNeeded } from "./load.ts";
import { isPlain, loadQuickly } from "./load-quickly.ts";
import { isMadeTwice } from "./partitions-last.ts";
import { materialOf, type Material } from "./material.ts";
import { noSkips, skippedFindings, type Skips } from "./skipped.ts";
import { withoutOwner } from "../../../catalog/usual_owner.ts";
import type { SourcePorts } from "./ports.ts";
import type { SourceSpec } from "./spec.ts";

export interface SourceOptions {
  /** The major of the scratch server; by default the newest there is. */
  readonly major?: number | undefined;
  readonly filter?: Partial<CatalogFilter> | undefined;
  /** By default as the SQL needs it. */
  readonly isolation?: ScratchIsolation | undefined;
  /** Of the sources that it is to be compared with. */
  readonly shared?: SharedParts;
}

export interface OpenSource {
  /** For people. */
  readonly label: string;
  readonly catalog: Catalog;
  /** Where the SQL was loaded, for those who want to try something with it. Undefined for a database of its own. */
  readonly scratch: ScratchDatabase | undefined;
  /** The complete schemas that it was loaded from, whose comments may say more; none of migrations. */
  readonly schemas: readonly SourceText[];
  /** By a command: nobody can write a comment into the schemas. */
  readonly isPrinted?: true;
  /** It can't hold roles: beside it they are left aside. */
  readonly lacksRoles?: true;
  /** Drops the scratch database. */
  close(): Promise<void>;
}

export async function openSource(
  spec: SourceSpec,
  ports: SourcePorts,
  options: SourceOptions = {},
): Promise<OpenSource> {
  const found = await readInPlace(spec, ports, options);
  if (found !== undefined) {
    refuseOtherMajor(found, options.major);
    const lacks = spec.kind === "backup" ? ({ lacksRoles: true } as const) : {};
    return { ...found, ...lacks, scratch: undefined, schemas: [], close: async () => undefined };
  }
  const material = await materialOf(spec, ports);
  const skips = noSkips();
  const scratch = await loadMaterial(material, ports, { ...options, skips });
  try {
    const filter = { ...options.filter, inScratch: true };
    const read = await catalogOf(scratch, ports, { ...options, filter });
    const schemas = spec.kind === "migrations" ? [] : await schemasOf(material);
    const skipped = await skippedFindings(schemas, skips, read);
    const catalog = { ...read, findings: [...read.findings, ...skipped] };
    const printed = material.isPrinted === true ? ({ isPrinted: true } as const) : {};
    const { label } = material;
    return { label, catalog, scratch, schemas, ...printed, close: () => scratch.drop() };
  } catch (error) {
    await scratch.drop();
    throw error;
  }
}

/** The catalog alone. */
export async function readSource(
  spec: SourceSpec,
  ports: SourcePorts,
  options: SourceOptions = {},
): Promise<Catalog> {
  const source = await openSource(spec, ports, options);
  await source.close();
  return source.catalog;
}

type ReadSource = Pick<OpenSource, "label" | "catalog">;

/** Undefined for a source that has to be loaded first. */
async function readInPlace(
  spec: SourceSpec,
  ports: SourcePorts,
  options: SourceOptions,
): Promise<ReadSource | undefined> {
  if (spec.kind === "backup") {
    const backup = await ports.openBackup(spec.path);
    const owner = (await ports.owner()) ?? backup.manifest.server.owner;
    const catalog = await backup.catalog();
    return {
      label: backup.label,
      catalog: owner === undefined ? catalog : withoutOwner(catalog, owner),
    };
  }
  const database = await databaseOf(spec, ports);
  if (database === undefined) return undefined;
  return { label: database.label, catalog: await catalogOf(database, ports, options) };
}

async function databaseOf(spec: SourceSpec, ports: SourcePorts): Promise<Database | undefined> {
  if (spec.kind === "url") return await ports.databaseAt(spec.url);
  return spec.kind === "live" ? await ports.live() : undefined;
}

/** A catalog that is there has the major of its server, whatever is asked for. */
function refuseOtherMajor({ label, catalog }: ReadSource, major: number | undefined): void {
  if (major === undefined || major === catalog.major) return;
  throw new LockstepError(
    "SOURCE.MAJOR",
    `--major ${major} does not fit ${label}, which is PostgreSQL ${catalog.major}`,
    { data: { major: catalog.major, wanted: major } },
  );
}

/** Steps that run in one transaction are migrations. */
async function schemasOf({ steps, files }: Material): Promise<readonly SourceText[]> {
  const own = steps.flatMap((step) =>
    step.kind === "script" && !step.together ? [step.source] : [],
  );
  const known = new Set(own.map(({ file }) => file));
  const included = await includedIn(own, files);
  return [...own, ...included.filter(({ file }) => !known.has(file))];
}

async function catalogOf(
  database: Database,
  ports: SourcePorts,
  options: SourceOptions,
): Promise<Catalog> {
  const session = await database.connect({ applicationName: "lockstep catalog" });
  try {
    const catalog = await ports.readCatalog(session, options.filter ?? {}, options.shared);
    return await withoutAdoptedHistories(session, catalog);
  } finally {
    await session.close();
  }
}

interface LoadingOptions extends SourceOptions {
  /** Takes what the server leaves aside. */
  readonly skips?: Skips;
}

/** On a server that others use as well, unless the SQL reaches beyond its database. */
export async function loadMaterial(
  material: Material,
  ports: SourcePorts,
  { skips = noSkips(), ...options }: LoadingOptions,
): Promise<ScratchDatabase> {
  const texts = material.steps.flatMap((step) =>
    step.kind === "script" ? [step.source.text] : [],
  );
  const beyond = await reachesBeyond(texts);
  try {
    const isolation = options.isolation ?? (beyond ? "cluster" : "database");
    return await loadInto({ material, ports, skips }, { ...request(options), isolation });
  } catch (error) {
    if (!(error instanceof RoleNeeded)) throw error;
    return await loadInto(
      { material, ports, skips },
      { ...request(options), isolation: "cluster" },
    );
  }
}

function request(options: SourceOptions): ScratchRequest {
  return options.major === undefined ? {} : { major: options.major };
}

interface Loading {
  readonly material: Material;
  readonly ports: SourcePorts;
  readonly skips: Skips;
}

async function loadInto(
  { material, ports, skips }: Loading,
  wanted: ScratchRequest,
): Promise<ScratchDatabase> {
  const scratch = await ports.scratch();
  if (!material.anyOrder && isPlain(material.steps)) {
    const database = await scratch.create(wanted);
    const isLoaded = await loadQuickly(database, material.steps, skips).catch(
      async (error: unknown) => {
        await database.drop();
        throw error;
      },
    );
    if (isLoaded) return database;
    await database.drop();
  }
  const load = async (partitionedLast: boolean): Promise<ScratchDatabase> => {
    const database = await scratch.create(wanted);
    try {
      await loadSteps(database, material.steps, {
        files: material.files,
        loadModule: ports.loadModule,
        anyOrder: material.anyOrder,
        mayMakeRoles: wanted.isolation === "cluster",
        partitionedLast,
        skips,
      });
      return database;
    } catch (error) {
      await database.drop();
      throw error;
    }
  };
  try {
    return await load(false);
  } catch (error) {
    const isTwice = error instanceof LockstepError && isMadeTwice(error.sqlState);
    if (!material.anyOrder || !isTwice) throw error;
    skips.made.clear();
    skips.absent.clear();
    return await load(true);
  }
}

/** Words without which no statement makes roles, tablespaces or settings of the server: only then is it parsed. */
const mayReachBeyond = /\b(?:role|user|group|tablespace|system|database|subscription)\b/i;

export async function reachesBeyond(texts: readonly string[]): Promise<boolean> {
  const suspects = texts.filter((text) => mayReachBeyond.test(text));
  if (suspects.length === 0) return false;
  const parser = await loadParser();
  return suspects.some((text) => scriptReachesBeyond(text, parser));
}

function scriptReachesBeyond(text: string, parser: Parser): boolean {
  for (const piece of splitScript(text)) {
    if (piece.kind !== "statement" || !mayReachBeyond.test(piece.text)) continue;
    const outcome = parser.parse(piece.text);
    if (outcome.kind === "refused") continue;
    const needs = outcome.statements.flatMap((statement) => classify(statement).beyond);
    if (
      needs.some((need) => need === "role" || need === "tablespace" || need === "system setting")
    ) {
      return true;
    }
  }
  return false;
}
