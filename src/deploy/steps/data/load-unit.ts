/**
 * Loads the tables of one unit in one transaction: all of it, with its line of the journal, or nothing. Foreign keys
 * of a circle are checked at its end, triggers are off only where that was asked for, and both are as before when it
 * commits.
 */
import { isDirect } from "../../../data/mapping.ts";
import { deferring, undeferring } from "../../../data/sql-file.ts";
import { tableLabel, type ForeignKeyFacts } from "../../../data/tables.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { ServerError } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { dataFailure } from "./failure.ts";
import {
  isRowsFault,
  keyOfViolation,
  lineOfValues,
  placeInCopy,
  unfitError,
  unfitRow,
} from "./fit.ts";
import type { ExportMapping, LoadContext, Loaded, UnitLoad } from "./load-context.ts";
import { removeOrphans } from "./orphans.ts";
import { loadStaged } from "./stage.ts";

export async function loadUnit(context: LoadContext, load: UnitLoad): Promise<Loaded> {
  const { session } = context;
  const { mappings } = load;
  const loaded = new Map<ExportMapping, number>();
  const late = deferredKeys(context, load);
  try {
    await session.script(["begin", load.journalLine, ...openings(context, load, late)].join(";\n"));
    for (const mapping of mappings) loaded.set(mapping, await loadTable(context, mapping));
    if (context.onError !== "stop") {
      for (const mapping of mappings) {
        const gone = await removeOrphans(context, mapping, late);
        loaded.set(mapping, (loaded.get(mapping) ?? 0) - gone);
      }
    }
    await session.script("set constraints all immediate");
    await session.script([...closings(context, load, late), "commit"].join(";\n"));
    return loaded;
  } catch (error) {
    const failure = await explain(context, load, error);
    if (session.transaction !== "idle") await session.script("rollback").catch(() => undefined);
    throw failure;
  }
}

/** Those of the circle; and where rows may be left out, of tables that refer to themselves too. */
function deferredKeys(
  context: LoadContext,
  { unit, mappings }: UnitLoad,
): readonly ForeignKeyFacts[] {
  if (context.onError === "stop") return unit.circular;
  const own = new Set(mappings.map(({ target }) => target.oid));
  return context.foreignKeys.filter(({ table, target }) => own.has(table) && own.has(target));
}

function openings(
  context: LoadContext,
  { mappings }: UnitLoad,
  late: readonly ForeignKeyFacts[],
): readonly string[] {
  return [
    "set constraints all deferred",
    ...late.filter(({ deferrable }) => !deferrable).map(deferring),
    ...(context.disableTriggers ? mappings.flatMap((mapping) => triggers(mapping, "off")) : []),
  ];
}

function closings(
  context: LoadContext,
  { mappings }: UnitLoad,
  late: readonly ForeignKeyFacts[],
): readonly string[] {
  return [
    ...late.filter(({ deferrable }) => !deferrable).map(undeferring),
    ...(context.disableTriggers ? mappings.flatMap((mapping) => triggers(mapping, "on")) : []),
  ];
}

function triggers({ target }: ExportMapping, to: "on" | "off"): readonly string[] {
  const table = quoteQualifiedName(target.schema, target.name);
  return target.triggers.map(({ name, mode }) => {
    const verb = to === "off" ? "disable" : mode === "A" ? "enable always" : "enable";
    return `alter table ${table} ${verb} trigger ${quoteIdentifier(name)}`;
  });
}

async function loadTable(context: LoadContext, mapping: ExportMapping): Promise<number> {
  const { existing, onError, session } = context;
  const asItIs = isDirect(mapping) && mapping.dropped.length === 0;
  const keepsOthers = existing === "skip" || existing === "update";
  if (!asItIs || keepsOthers || onError !== "stop") return await loadStaged(context, mapping);
  const { source, target } = mapping;
  const list = source.columns.map(({ name }) => {
    const column = mapping.columns.find((each) => each.source?.name === name);
    return quoteIdentifier(column?.target.name ?? name);
  });
  const table = quoteQualifiedName(target.schema, target.name);
  const columns = list.length === 0 ? "" : ` (${list.join(", ")})`;
  const rows = await session
    .copyIn(`copy ${table}${columns} from stdin`, source.stream())
    .catch(async (error: unknown) => {
      throw await explainCopy(context, mapping, error);
    });
  if (rows === source.rows) return rows;
  const message = `${tableLabel(target)} took ${rows} rows, the export has ${source.rows}`;
  throw new LockstepError("DATA.COUNTS", message, { state: context.state });
}

async function explainCopy(
  context: LoadContext,
  mapping: ExportMapping,
  error: unknown,
): Promise<unknown> {
  if (!isRowsFault(error)) return error;
  const { source, target } = mapping;
  const label = tableLabel(target);
  const place = placeInCopy(error, target.name);
  if (place.line === undefined) return await explainKey(context, mapping, error);
  return unfitError(unfitRow({ source, label, error, ...place }), error, context.state);
}

/** A foreign key is checked when the rows are in, and the server says which value, not which row. */
async function explainKey(
  context: LoadContext,
  { source, target, columns }: ExportMapping,
  error: ServerError,
): Promise<LockstepError> {
  const key = keyOfViolation(error, context.foreignKeys);
  const named = key?.columns.map(
    (name) => columns.find((each) => each.target.name === name)?.source?.name ?? name,
  );
  const line = named === undefined ? undefined : await lineOfValues(source, named, error);
  const row = unfitRow({
    ...{ source, label: tableLabel(target), error, line },
    column: named?.join(", "),
  });
  return unfitError(row, error, context.state);
}

/** What comes up only when constraints are checked at the end. */
async function explain(context: LoadContext, load: UnitLoad, error: unknown): Promise<unknown> {
  const { state } = context;
  if (error instanceof LockstepError) return error.with({ state });
  if (!isRowsFault(error)) {
    const labels = load.mappings.map(({ target }) => tableLabel(target)).join(", ");
    return dataFailure(error, labels, { state });
  }
  const { schema, table } = error.object;
  const mapping =
    load.mappings.find(({ target }) => target.schema === schema && target.name === table) ??
    load.mappings[0];
  return mapping === undefined ? error : await explainKey(context, mapping, error);
}
