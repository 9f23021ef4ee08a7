/**
 * What a migration in TypeScript is handed besides the database: batches that keep their place, progress, and the
 * signal that the deploy is to stop.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { DataUnit } from "../../../plan/plan.ts";
import type { Row, Session, SqlValue } from "../../../ports/database.ts";
import { backfillDefaults, type BackfillOptions } from "../../../project/backfill-marks.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import type { ApplyContext } from "../apply/context.ts";
import { transactionSettings } from "../apply/transaction.ts";
import { findKey, keyOrder, rangeOf, type TableKey } from "./key.ts";
import { runBackfill, type Backfill, type Batch, type BatchDone, type Moved } from "./runner.ts";
import { fence, updateState } from "./state.ts";

/** What a data migration is handed. */
export interface MigrationDatabase {
  query(text: string, values?: readonly SqlValue[]): Promise<{ readonly rows: readonly Row[] }>;
}

export interface BatchRequest {
  /** `users`, or `public.users`; each part as it is in the catalog. */
  readonly table: string | { readonly schema?: string; readonly name: string };
  /** Columns of a unique key; by default the primary key, else any. */
  readonly key?: readonly string[];
  /** What is read of each row; by default everything. */
  readonly columns?: readonly string[];
  /** SQL: only these rows. */
  readonly where?: string;
  /** Rows of the first batch; 1,000 by default. */
  readonly size?: number;
  /** How long a batch should take, in milliseconds; 250 by default, 0 for batches of one size. */
  readonly targetMs?: number;
  /** Rows in a second at most. */
  readonly rate?: number;
  /** False: the rows are not locked while the batch is worked on. */
  readonly lock?: boolean;
}

export type BatchWork = (rows: readonly Row[], database: MigrationDatabase) => Promise<void>;

export interface MigrationTools {
  /**
   * Hands out the rows of a table in the order of a unique key, each batch in a transaction of its own that also keeps
   * the place: killed anywhere, the next deploy goes on with the next batch.
   */
  batch(request: BatchRequest, work: BatchWork): Promise<void>;
  progress(message: string): void;
  readonly signal: AbortSignal;
}

export interface ToolsRequest {
  readonly context: ApplyContext;
  readonly session: Session;
  readonly unit: DataUnit;
  /** Called before the first batch: nothing of the migration's own may be open. */
  readonly beforeBatch: () => Promise<void>;
  readonly databaseOf: (session: Session) => MigrationDatabase;
}

export function migrationTools(request: ToolsRequest): MigrationTools {
  const { context, unit } = request;
  let ordinal = 0;
  return {
    batch: async (wanted, work) => {
      await request.beforeBatch();
      const place = { id: unit.identity.id, ordinal, meaningHash: unit.identity.bytesHash };
      ordinal += 1;
      await runBackfill(
        context,
        request.session,
        await moduleBackfill(request, { wanted, work, place }),
      );
    },
    progress: (message) =>
      context.progress({
        event: "migration.progress",
        message: `${unit.identity.id}: ${message}`,
        data: { id: unit.identity.id },
      }),
    signal: context.signal ?? new AbortController().signal,
  };
}

interface Wanted {
  readonly wanted: BatchRequest;
  readonly work: BatchWork;
  readonly place: Backfill["place"];
}

async function moduleBackfill(request: ToolsRequest, given: Wanted): Promise<Backfill> {
  const { wanted, place } = given;
  const key = await findKey(request.session, {
    table: tableOf(wanted),
    key: wanted.key,
    writes: [],
  });
  const options = optionsOf(wanted);
  const run = (batch: Batch, moved: Moved): Promise<BatchDone> =>
    runRows(request, { ...given, key }, { batch, moved });
  return { place, key, options, run };
}

export function tableOf({ table }: BatchRequest): {
  readonly schema: string | undefined;
  readonly name: string;
} {
  if (typeof table !== "string") return { schema: table.schema, name: table.name };
  const dot = table.indexOf(".");
  if (dot < 0) return { schema: undefined, name: table };
  return { schema: table.slice(0, dot), name: table.slice(dot + 1) };
}

function optionsOf({ size, targetMs, rate }: BatchRequest): BackfillOptions {
  return {
    ...backfillDefaults,
    ...(size === undefined ? {} : { batch: Math.max(1, Math.floor(size)) }),
    ...(targetMs === undefined ? {} : { targetMs }),
    ...(rate === undefined ? {} : { rate }),
  };
}

interface RowsRun {
  readonly batch: Batch;
  readonly moved: Moved;
}

/** Never the name of a column. */
const cursorColumn = "lockstep cursor";

async function runRows(
  { context, session, unit, databaseOf }: ToolsRequest,
  { wanted, work, place, key }: Wanted & { readonly key: TableKey },
  { batch, moved }: RowsRun,
): Promise<BatchDone> {
  const startedMs = context.clock.monotonicMs();
  const settings = transactionSettings(context, session, unit);
  const begin = ["begin", ...settings, fence(context.record.scope, place, batch.state.batches)];
  await session.script(begin.join(";\n"));
  const found = await session.query(selectOf(wanted, key, batch));
  const last = found.at(-1)?.[cursorColumn];
  const rows = found.map(({ [cursorColumn]: _cursor, ...row }) => row);
  if (rows.length > 0) await work(rows, databaseOf(session));
  if (session.transaction === "idle") throw tornOff(unit);
  const done = {
    cursor: Array.isArray(last) ? last.map(String) : undefined,
    rows: rows.length,
    isLast: rows.length < batch.size,
  };
  const state = moved(done, context.clock.monotonicMs() - startedMs);
  await session.script(`${updateState(context.record, place, state)};\ncommit`);
  return done;
}

function selectOf({ columns, where, lock }: BatchRequest, key: TableKey, batch: Batch): string {
  const list =
    columns === undefined ? "t.*" : columns.map((name) => `t.${quoteIdentifier(name)}`).join(", ");
  const texts = key.columns.map((name) => `t.${quoteIdentifier(name)}::text`);
  const cursor = `pg_catalog.to_jsonb(array[${texts.join(", ")}])`;
  const range = rangeOf(key, { after: batch.after, upTo: undefined }, "t");
  const own = where === undefined ? "" : ` and (${where}\n)`;
  const locked = lock === false ? "" : " for no key update of t";
  return `select ${list}, ${cursor} as ${quoteIdentifier(cursorColumn)} from ${key.table} t
where ${range}${own} order by ${keyOrder(key)} limit ${batch.size}${locked}`;
}

function tornOff(unit: DataUnit): LockstepError {
  return new LockstepError(
    "DEPLOY.DATA_UNSUPPORTED",
    `${unit.identity.id} ended the transaction of its batch`,
    { where: { file: unit.identity.path }, next: "Leave COMMIT and ROLLBACK to lockstep." },
  );
}
