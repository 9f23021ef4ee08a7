/**
 * `lockstep release`: what a release of the schema changes, written into its changelog: objects by the difference of
 * two catalogs, migrations by their headers, and where it was applied by the targets' ledgers. Touches no database, and
 * writing it again changes nothing but what has become known since.
 */
import { compareCatalogs } from "../catalog/compare.ts";
import type { Catalog, Fact } from "../catalog/fact.ts";
import { LockstepError } from "../core/errors.ts";
import type { LedgerState } from "../ledger/ledger.ts";
import { emptyCatalog } from "../plan/empty_catalog.ts";
import {
  appliedIn,
  sectionsOf,
  withEntry,
  type AppliedTo,
  type ChangeGroup,
  type ReleaseEntry,
} from "../project/changelog.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { Project } from "../project/project.ts";
import { titleOf } from "../project/title.ts";
import { decodeText } from "../project/decode.ts";
import { replayApplied } from "./steps/prove/applied.ts";
import { inIsolation } from "./steps/replay/isolation.ts";
import { openStage, type Stage } from "./steps/replay/open.ts";
import type { ReplayPorts } from "./steps/replay/ports.ts";

export interface ReleaseRequest {
  /** With its archive. */
  readonly project: Project;
  /** Such as v1.2.0. */
  readonly release: string;
  readonly to: string | undefined;
  readonly targets: readonly { readonly name: string; readonly ledger: LedgerState }[];
  readonly major: number | undefined;
  /** YYYY-MM-DD. */
  readonly today: string;
  readonly signal?: AbortSignal;
}

export interface ReleaseReport {
  readonly version: string;
  readonly changelog: string;
  /** False: it was written already, word for word. */
  readonly isWritten: boolean;
  readonly entry: ReleaseEntry;
}

export async function release(ports: ReplayPorts, request: ReleaseRequest): Promise<ReleaseReport> {
  const { project } = request;
  const version = request.release.replace(/^v(?=\d)/, "");
  const folder = project.migrationsFolder ?? "";
  const path = folder === "" ? "CHANGELOG.md" : `${folder}/CHANGELOG.md`;
  const bytes = await ports.files.readIfPresent(path);
  const before = bytes === undefined ? undefined : decodeText(bytes, path).text;
  const range = rangeOf(request, version, before ?? "");
  const { from, to } = await catalogsOf(ports, request, range);
  const entry: ReleaseEntry = {
    version,
    date: range.date,
    upTo: range.released.at(-1)?.id ?? "",
    groups: groupsOf(from, to),
    migrations: range.released.map((file) => ({
      id: file.id,
      title: titleOf(file) ?? file.name.replaceAll("_", " "),
      author: file.header.author ?? "",
      hasWayBack: file.down !== undefined,
      breaking: file.header.breakingChanges ?? "",
    })),
    applied: withKnown(
      appliedIn(before ?? "", version),
      request.targets.map((target) => appliedTo(target, range.released)),
    ),
  };
  const text = withEntry(before, entry);
  if (text !== before) await ports.files.write(path, text);
  return { version, changelog: path, isWritten: text !== before, entry };
}

/** Targets that are not named this time are not forgotten. */
function withKnown(known: readonly AppliedTo[], found: readonly AppliedTo[]): readonly AppliedTo[] {
  const newer = new Map(found.map((each) => [each.target, each]));
  const names = new Set(known.map(({ target }) => target));
  return [
    ...known.map((each) => newer.get(each.target) ?? each),
    ...found.filter(({ target }) => !names.has(target)),
  ];
}

interface Range {
  /** What was released before. */
  readonly earlier: readonly MigrationFile[];
  readonly released: readonly MigrationFile[];
  readonly date: string;
}

function rangeOf({ project, to, today }: ReleaseRequest, version: string, text: string): Range {
  const { migrations } = project;
  const sections = sectionsOf(text);
  const place = sections.findIndex((section) => section.version === version);
  const own = sections[place];
  const older = place < 0 ? sections : sections.slice(place + 1);
  const last = older.find(({ upTo }) => upTo !== undefined)?.upTo;
  const start = last === undefined ? 0 : migrations.findIndex(({ id }) => id === last) + 1;
  const wanted = to ?? own?.upTo;
  const end =
    wanted === undefined ? migrations.length : migrations.findIndex(({ id }) => id === wanted) + 1;
  const released = migrations.slice(start, end);
  if (released.length === 0) {
    const since =
      last === undefined ? "the project has no migrations" : `nothing came after ${last}`;
    throw new LockstepError("RELEASE.NOTHING", since);
  }
  const date = own === undefined || own.date === "" ? today : own.date;
  return { earlier: migrations.slice(0, start), released, date };
}

async function catalogsOf(
  ports: ReplayPorts,
  { project, major, signal }: ReleaseRequest,
  { earlier, released }: Range,
): Promise<{ readonly from: Catalog; readonly to: Catalog }> {
  return await inIsolation(project, async (isolation) => {
    const stage = openStage({ project, ports, major, isolation, signal });
    const to = await after(stage, [...earlier, ...released]);
    // Where the first migrations are gone, the oldest schema that is kept is what it began with.
    const before = await replayApplied(stage, new Set(earlier.map(({ id }) => id)));
    const from = before ?? emptyCatalog(to.major);
    return { from, to };
  });
}

async function after(stage: Stage, files: readonly MigrationFile[]): Promise<Catalog> {
  const catalog = await replayApplied(stage, new Set(files.map(({ id }) => id)));
  if (catalog !== undefined) return catalog;
  throw new LockstepError(
    "SOURCE.ABSENT",
    `no files of the project lead to ${files.at(-1)?.id ?? ""}`,
  );
}

/** Worth a line of its own; what belongs to them comes with them. */
const shownKinds: ReadonlyMap<string, string> = new Map([
  ["schema", "schema"],
  ["extension", "extension"],
  ["table", "table"],
  ["column", "column"],
  ["index", "index"],
  ["constraint", "constraint"],
  ["view", "view"],
  ["materialized_view", "materialized view"],
  ["function", "function"],
  ["procedure", "procedure"],
  ["trigger", "trigger"],
  ["enum", "type"],
  ["domain", "domain"],
  ["composite", "type"],
  ["policy", "policy"],
  ["sequence", "sequence"],
]);

function groupsOf(from: Catalog, to: Catalog): readonly ChangeGroup[] {
  const { added, removed, changed } = compareCatalogs(from, to, "column-order");
  const groups: ChangeGroup[] = [
    {
      title: "Added",
      changes: listed(
        added.map(({ id }) => to.facts.get(id)),
        to,
        added,
      ),
    },
    { title: "Changed", changes: changedOf(changed, to) },
    {
      title: "Removed",
      changes: listed(
        removed.map(({ id }) => from.facts.get(id)),
        from,
        removed,
      ),
    },
  ];
  return groups.filter(({ changes }) => changes.length > 0);
}

type Change = ChangeGroup["changes"][number];

function listed(
  facts: readonly (Fact | undefined)[],
  catalog: Catalog,
  all: readonly { readonly id: string }[],
): readonly Change[] {
  const ids = new Set(all.map(({ id }) => id));
  return facts.flatMap((fact): readonly Change[] => {
    const kind = fact === undefined ? undefined : shownKinds.get(fact.kind);
    if (fact === undefined || kind === undefined) return [];
    const isPart = fact.parent !== undefined && ids.has(fact.parent) && fact.kind !== "index";
    if (isPart && catalog.facts.get(fact.parent ?? "")?.kind !== "schema") return [];
    return [{ kind, name: nameOf(fact), detail: detailOf(fact, catalog) }];
  });
}

function nameOf({ name }: Fact): string {
  const schema = name.schema === "public" ? undefined : name.schema;
  return [schema, name.relation, name.name].filter((part) => part !== undefined).join(".");
}

function detailOf(fact: Fact, catalog: Catalog): string {
  if (fact.kind === "column")
    return fact.payload.type + (fact.payload.notNull === undefined ? "" : ", not null");
  if (fact.kind === "index") return fact.payload.unique === true ? "unique" : "";
  if (fact.kind === "constraint") return fact.payload.type;
  if (fact.kind !== "table") return "";
  const columns = [...catalog.facts.values()].filter(
    (one) => one.kind === "column" && one.parent === fact.id,
  );
  return `${columns.length} column${columns.length === 1 ? "" : "s"}`;
}

function changedOf(
  changed: ReturnType<typeof compareCatalogs>["changed"],
  to: Catalog,
): readonly Change[] {
  return changed.flatMap(({ id }): readonly Change[] => {
    const fact = to.facts.get(id);
    const kind = fact === undefined ? undefined : shownKinds.get(fact.kind);
    if (fact === undefined || kind === undefined) return [];
    return [{ kind, name: nameOf(fact), detail: fact.kind === "column" ? detailOf(fact, to) : "" }];
  });
}

function appliedTo(
  { name, ledger }: ReleaseRequest["targets"][number],
  released: readonly MigrationFile[],
): AppliedTo {
  const ids = new Set(released.map(({ id }) => id));
  const entries = ledger.kind === "absent" ? [] : ledger.entries.filter(({ id }) => ids.has(id));
  const last = entries.at(-1);
  const who = last === undefined ? "" : (last.osUser ?? last.databaseUser);
  return {
    target: name,
    applied: entries.length,
    of: released.length,
    when: last === undefined ? "" : last.appliedAt.slice(0, 16).replace("T", " "),
    by: last?.host === undefined || who === "" ? who : `${who}@${last.host}`,
  };
}
