/**
 * The new baseline: the text that there is, where it holds everything already, else one written from the catalog and
 * the rows. Then the proof: it is loaded as a deploy loads it, and must be what the migrations led to, rows included.
 */
import { factsOf } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import { sha256 } from "../../../core/hash.ts";
import { ledgerDigest } from "../../../ledger/digest.ts";
import { baselineText } from "../../../plan/baseline_text.ts";
import { dumpParagraphs } from "../../../plan/dump.ts";
import { readSchemaHeader, withSchemaHeader } from "../../../project/header.ts";
import type { Baseline, SchemaFile } from "../../../project/schema.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import { compareSides, type CompareOptions } from "../prove/compare.ts";
import type { Stage } from "../replay/open.ts";
import { describeDifferences } from "./differences.ts";
import { replayOne, rowsIn, type Ends, type WayEnd } from "./ends.ts";
import type { Line } from "./line.ts";
import { rowTexts, volatileColumns, type RowState, type TableRows } from "./rows.ts";
import { leftToDefault, seedStatements, type ByDefault } from "./seeds.ts";

export interface NewBaseline {
  /** Every file of it; only those whose text is another are written. */
  readonly files: readonly SchemaFile[];
  readonly rows: number;
  /** The text that was there is kept, but for its header. */
  readonly isKept: boolean;
  readonly findings: readonly Finding[];
}

export interface BaselineWish {
  /** Where it is written when there is none yet. */
  readonly path: string;
  /** Without the v. */
  readonly version: string;
  /** YYYY-MM-DD. */
  readonly today: string;
}

export async function composeBaseline(
  stage: Stage,
  { ends, line, wish }: { readonly ends: Ends; readonly line: Line; readonly wish: BaselineWish },
  compare: CompareOptions,
): Promise<NewBaseline> {
  const { main } = ends;
  const volatile = main.rows.tables.size === 0 ? new Map() : await secondLook(stage, main);
  const byDefault = leftToDefault(main.rows, volatile);
  const header = headerOf(line, wish);
  const kept = keptFiles(stage, ends, header);
  const files = kept ?? [writtenFile(stage, { main, byDefault, header, path: wish.path })];
  await prove(stage, { files, line, main, volatile }, compare);
  const rows = [...main.rows.tables.values()].reduce((sum, table) => sum + table.rows.length, 0);
  const findings = volatileFindings(main.rows, volatile, byDefault);
  return { files, rows, isKept: kept !== undefined, findings };
}

/** What differs between two runs of the same files depends on when, or on chance. */
async function secondLook(
  stage: Stage,
  main: WayEnd,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  stage.ports.progress({
    event: "squash.rows",
    message: "again, to see which values stay the same",
  });
  const second = await replayOne(stage, main.way);
  return volatileColumns(main.rows, second.rows);
}

type Header = Parameters<typeof withSchemaHeader>[1];

function headerOf({ last, upTo }: Line, { version, today }: BaselineWish): Header {
  const count = `${upTo.length} migration${upTo.length === 1 ? "" : "s"}`;
  return {
    schemaVersion: version,
    lastUpdated: today,
    includes: last.id,
    replaces: `${count}, sha256 ${ledgerDigest(upTo)}`,
  };
}

/** Undefined: the text does not hold everything, or includes less than the line. */
function keptFiles(
  { project }: Stage,
  { main, fresh }: Ends,
  header: Header,
): readonly SchemaFile[] | undefined {
  const { baseline } = project;
  if (baseline === undefined || fresh === undefined) return undefined;
  const isWhole = fresh.way.steps.length === 1;
  if (!isWhole || !sameRows(main.rows, fresh.rows)) return undefined;
  const marked = baseline.files.find((file) => file.header.includes !== undefined);
  return baseline.files.map((file, place) => {
    const isHead = marked === undefined ? place === 0 : file === marked;
    return isHead
      ? { ...schemaFile(file.path, withSchemaHeader(file.text, header)), included: file.included }
      : file;
  });
}

/** Values that differ from run to run may differ here too. */
function sameRows(left: RowState, right: RowState): boolean {
  const counts = (state: RowState): string =>
    JSON.stringify([...state.tables].map(([id, { rows }]) => [id, rows.length]).toSorted());
  const sequences = (state: RowState): string => JSON.stringify([...state.sequences].toSorted());
  return counts(left) === counts(right) && sequences(left) === sequences(right);
}

interface Writing {
  readonly main: WayEnd;
  readonly byDefault: ByDefault;
  readonly header: Header;
  readonly path: string;
}

function writtenFile({ project }: Stage, { main, byDefault, header, path }: Writing): SchemaFile {
  const { baseline } = project;
  const [first, ...others] = baseline?.files ?? [];
  if (others.length > 0) {
    const names = [first, ...others].map((file) => file?.path ?? "").join(", ");
    throw new LockstepError("SQUASH.BASELINE_FILES", `the baseline is ${names}`);
  }
  const { catalog, rows } = main;
  const order = [
    ...new Set([
      ...dumpParagraphs(catalog).map(({ object }) => object),
      ...factsOf(catalog, "table").map(({ id }) => id),
    ]),
  ];
  const seeds = seedStatements(rows, order, byDefault);
  const title = "-- The complete schema, for new databases. Written by lockstep squash.\n";
  const head = withSchemaHeader(title, header).trimEnd();
  return schemaFile(first?.path ?? path, baselineText({ catalog, header: head, seeds }));
}

function schemaFile(path: string, text: string): SchemaFile {
  return {
    ...{ path, text, line: 1, bytesHash: sha256(text) },
    header: readSchemaHeader(text),
    included: [],
  };
}

interface Proving {
  readonly files: readonly SchemaFile[];
  readonly line: Line;
  readonly main: WayEnd;
  readonly volatile: ReadonlyMap<string, ReadonlySet<string>>;
}

async function prove(stage: Stage, proving: Proving, compare: CompareOptions): Promise<void> {
  const { files, line, main, volatile } = proving;
  stage.ports.progress({ event: "squash.proof", message: "the new baseline, loaded and compared" });
  const baseline: Baseline = {
    files,
    header: files[0]?.header ?? {},
    includes: { kind: "upTo", id: line.last.id },
    includedIds: line.upTo.map(({ id }) => id),
  };
  const replay = await stage.open();
  try {
    await replay.apply({ kind: "baseline", baseline, included: line.upTo });
    const catalog = await replay.catalog();
    const sides = [main.way.name, "the new baseline"] as const;
    const found = await compareSides(main.catalog, catalog, compare);
    if (!found.isEqual) throw unproved(describeDifferences(found.differences, sides));
    const notes = rowDifferences(main.rows, await rowsIn(replay, catalog), volatile);
    if (notes.length > 0) throw unproved(notes);
  } finally {
    await replay.close();
  }
}

function rowDifferences(
  wanted: RowState,
  found: RowState,
  volatile: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const notes: string[] = [];
  for (const id of new Set([...wanted.tables.keys(), ...found.tables.keys()])) {
    const [left, right] = [wanted.tables.get(id), found.tables.get(id)];
    const aside = volatile.get(id) ?? new Set();
    if (hashOfRows(left, aside) === hashOfRows(right, aside)) continue;
    const name = left?.name ?? right?.name ?? id;
    notes.push(`${name}: ${countOf(left)} rows, loaded ${countOf(right)}, or other values`);
  }
  for (const name of new Set([...wanted.sequences.keys(), ...found.sequences.keys()])) {
    const [left, right] = [wanted.sequences.get(name), found.sequences.get(name)];
    if (JSON.stringify(left) === JSON.stringify(right)) continue;
    const [at, loaded] = [left, right].map((state) => state?.last ?? "its start");
    notes.push(`sequence ${name}: at ${at}, loaded at ${loaded}`);
  }
  return notes;
}

function hashOfRows(table: TableRows | undefined, aside: ReadonlySet<string>): string {
  return sha256(JSON.stringify(table === undefined ? [] : rowTexts(table, aside)));
}

function countOf(table: TableRows | undefined): number {
  return table?.rows.length ?? 0;
}

function unproved(notes: readonly string[]): LockstepError {
  const message = "the new baseline does not lead where the migrations lead";
  return new LockstepError("SQUASH.DIFFERS", message, {
    state: "nothing was written",
    notes,
    next: "lockstep test --verbose   (and report it: the baseline was written by lockstep)",
  });
}

function volatileFindings(
  { tables }: RowState,
  volatile: ReadonlyMap<string, ReadonlySet<string>>,
  byDefault: ByDefault,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [id, names] of volatile) {
    const table = tables.get(id);
    for (const name of names) {
      const isLeft = byDefault.get(id)?.has(name) === true;
      const what = isLeft
        ? "its default makes the value anew in each new database"
        : "new databases all get the value of this run";
      findings.push({
        code: "SQUASH.VOLATILE",
        severity: isLeft ? "info" : "warning",
        message: `${table?.name ?? id}.${quoteIdentifier(name)} differs from run to run: ${what}`,
        object: id,
      });
    }
  }
  return findings;
}
