/** Loads all units over several sessions: each when what it refers to is there, each in a transaction of its own. */
import type { Mapped } from "../../../data/mapping.ts";
import type { LoadUnit } from "../../../data/order.ts";
import { tableLabel, type DataInventory } from "../../../data/tables.ts";
import type { DataSource } from "../../../ports/data-files.ts";
import type { Session } from "../../../ports/database.ts";
import { textOf } from "../../../ledger/row.ts";
import { together } from "../backup/rows.ts";
import type { Journal } from "../restore/journal.ts";
import type { UnfitRow } from "./fit.ts";
import type {
  ExistingRows,
  ExportMapping,
  OnError,
  StagedLines,
  UnitLoad,
} from "./load-context.ts";
import { loadUnit } from "./load-unit.ts";
import { loadedItem } from "./loaded-before.ts";
import type { ExportedTable } from "./open-export.ts";
import { paced } from "./paced.ts";
import type { DataPorts } from "./ports.ts";
import { keepRejects } from "./rejects.ts";

export interface LoadAllRequest {
  readonly sessions: readonly Session[];
  readonly units: readonly LoadUnit[];
  readonly mapped: Mapped<ExportedTable>;
  readonly journal: Journal;
  /** Of the tables that an earlier run loaded, by label. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly inventory: DataInventory;
  readonly options: {
    readonly source: DataSource;
    readonly existing: ExistingRows;
    readonly onError: OnError;
    readonly disableTriggers: boolean;
    readonly signal?: AbortSignal | undefined;
  };
}

/** How many rows each table got, from this run or from an earlier one. */
export async function loadAll(
  ports: DataPorts,
  request: LoadAllRequest,
): Promise<ReadonlyMap<ExportMapping, number>> {
  const { sessions, units, mapped, journal, options } = request;
  const loaded = new Map<ExportMapping, number>();
  const pending = new Set(units.keys());
  const unfinished = new Set(units.keys());
  for (const [at, unit] of units.entries()) {
    const before = mappingsOf(unit, mapped).filter((each) => journal.isDone(loadedItem(each)));
    if (before.length === mappingsOf(unit, mapped).length) {
      pending.delete(at);
      unfinished.delete(at);
    }
    for (const mapping of before) {
      const leftOut = request.leftOut.get(tableLabel(mapping.target)) ?? 0;
      loaded.set(mapping, mapping.source.rows - leftOut);
    }
  }
  let wake: (() => void)[] = [];
  const say = paced(ports, "data.rows");
  const take = (): number | undefined =>
    [...pending].find((at) => !(units[at]?.needs ?? []).some((need) => unfinished.has(need)));
  const work = async (session: Session): Promise<void> => {
    await useOwnPath(session, mapped);
    while (pending.size > 0) {
      options.signal?.throwIfAborted();
      const at = take();
      if (at === undefined) {
        await new Promise<void>((resolve) => wake.push(resolve));
        continue;
      }
      pending.delete(at);
      try {
        for (const [mapping, rows] of await loadOne(request, { session, at })) {
          loaded.set(mapping, rows);
        }
      } catch (error) {
        pending.clear();
        throw error;
      } finally {
        unfinished.delete(at);
        for (const resolve of wake) resolve();
        wake = [];
      }
      say(`loading rows: ${loaded.size} of ${mapped.tables.length} tables`);
    }
  };
  await together(sessions.map((session) => work(session)));
  return loaded;
}

function mappingsOf(unit: LoadUnit, { tables }: Mapped<ExportedTable>): readonly ExportMapping[] {
  return tables.filter(({ target }) => unit.tables.includes(target.oid));
}

/** What state the database is in when a unit fails. */
const stateAfter = {
  emptied:
    "the old rows are gone; the tables that were loaded before are complete, this one and those after it are empty; the schema lockstep_import records which",
  kept: "the tables that were loaded before are complete, this one is as it was; the schema lockstep_import records which",
} as const;

async function loadOne(
  { units, mapped, journal, inventory, options }: LoadAllRequest,
  { session, at }: { readonly session: Session; readonly at: number },
): ReturnType<typeof loadUnit> {
  const unit = units[at];
  if (unit === undefined) return new Map();
  const { existing, onError, disableTriggers } = options;
  // With another map some of them may have been a unit of their own.
  const mappings = mappingsOf(unit, mapped).filter((each) => !journal.isDone(loadedItem(each)));
  const journalLine = mappings.map((each) => journal.line(loadedItem(each))).join(";\n");
  const load: UnitLoad = { unit, mappings, journalLine };
  const context = {
    ...{ session, existing, onError, disableTriggers },
    reject: (rows: readonly UnfitRow[], stage: StagedLines) => keepRejects(session, rows, stage),
    foreignKeys: inventory.foreignKeys,
    state: stateAfter[existing === "replace" ? "emptied" : "kept"],
  };
  return await loadUnit(context, load);
}

/**
 * Triggers were written for the database's own search_path; the system's functions stay in front of it. They do so by
 * themselves where the path does not name their schema, and named in front it would be where a trigger's tables are made.
 */
async function useOwnPath(session: Session, { tables }: Mapped<ExportedTable>): Promise<void> {
  if (!tables.some(({ target }) => target.triggers.length > 0)) return;
  const [row = {}] = await session.query(
    `select coalesce((
      select pg_catalog.split_part(c.setting, '=', 2)
      from pg_catalog.pg_db_role_setting s
      cross join lateral pg_catalog.unnest(s.setconfig) c(setting)
      left join pg_catalog.pg_database d on d.oid = s.setdatabase
      left join pg_catalog.pg_roles r on r.oid = s.setrole
      where c.setting like 'search_path=%'
        and (s.setdatabase = 0 or d.datname = pg_catalog.current_database())
        and (s.setrole = 0 or r.rolname = current_user)
      order by s.setrole <> 0 desc, s.setdatabase <> 0 desc limit 1), '"$user", public') as path`,
  );
  const own = textOf(row, "path");
  const path = own.includes("pg_catalog") ? `pg_catalog, ${own}` : own;
  await session.query("select pg_catalog.set_config('search_path', $1, false)", [path]);
}
