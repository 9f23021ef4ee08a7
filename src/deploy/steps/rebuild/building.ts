/** What building the new database takes and gives, whichever way it goes. */
import type { Finding } from "../../../core/findings.ts";
import type { SequenceFacts } from "../../../data/tables.ts";
import type { Database, Session } from "../../../ports/database.ts";
import type { RowsMapping } from "./copy-rows.ts";
import type { raiseFence } from "./fence.ts";
import type { Structure } from "./structure.ts";
import type { Rebuildable } from "./look.ts";
import type { Model } from "./model.ts";
import type { RebuildNames } from "./names.ts";
import type { OwnRows } from "./own-rows.ts";
import type { RebuildPorts } from "./ports.ts";

export interface BuildRequest {
  /** On the server where the new one is made. */
  readonly keeper: Session;
  /** In the old database; keeps the fence and the snapshot. */
  readonly leader: Session;
  /** Any database of the server where the new one is made. */
  readonly place: Database;
  readonly names: RebuildNames;
  readonly old: Rebuildable;
  readonly model: Model;
  readonly request: {
    readonly jobs: number;
    readonly checksums: boolean;
    readonly replicate: boolean;
    readonly timeoutMs: number;
    /** How long writers may wait for the last changes. */
    readonly pauseMs: number;
    readonly signal?: AbortSignal | undefined;
  };
}

export interface Built {
  readonly counts: ReadonlyMap<RowsMapping, number>;
  readonly added: readonly OwnRows[];
  readonly largeObjects: number;
  /** As they were when the new ones were set. */
  readonly sequences: readonly SequenceFacts[];
  /** Changes that were made again after the copy. */
  readonly replayed: number;
  /** Since when writers wait. */
  readonly fencedAt: number;
  readonly findings: readonly Finding[];
}

export interface Building {
  readonly build: BuildRequest;
  readonly structure: Structure;
  readonly writers: readonly Session[];
}

export function fenceOf(
  { clock }: RebuildPorts,
  { leader, old, request }: BuildRequest,
): Parameters<typeof raiseFence>[0] {
  const { tables, largeObjects } = old.inventory;
  const { timeoutMs, signal } = request;
  return { leader, tables, largeObjects: largeObjects > 0, clock, timeoutMs, signal };
}
