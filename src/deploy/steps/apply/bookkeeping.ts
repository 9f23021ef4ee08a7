/**
 * Which ledger statements go with a segment: the journal where a unit has several, the entry with its last one. One
 * place for it, so that a transaction, a lone statement and a data migration record themselves alike.
 */
import type { JsonObject } from "../../../core/errors.ts";
import type { Segment, SqlUnit } from "../../../plan/plan.ts";
import { clearJournal, writeJournal, type JournalPart } from "../ledger/journal.ts";
import {
  markReverting,
  markUnverified,
  recordApplied,
  recordEvent,
  removeEntry,
} from "../ledger/record.ts";
import type { ApplyContext } from "./context.ts";

export function isLast(unit: SqlUnit, segment: Segment): boolean {
  return segment.ordinal === unit.segments.length - 1;
}

/** A seed begins anew every time, so nothing is kept of its parts. */
export function isSeed(unit: SqlUnit): boolean {
  return unit.identity.kind === "seed";
}

/** What the journal says of a part that runs outside a transaction, before and after a failure. */
export function journalOf(
  context: ApplyContext,
  unit: SqlUnit,
  segment: Segment,
  entry: { readonly state: "started" | "failed"; readonly before?: JsonObject },
): string {
  if (isSeed(unit)) return "";
  return writeJournal(context.record, partOf(unit, segment), entry.state, entry.before);
}

function partOf(unit: SqlUnit, segment: Segment): JournalPart {
  const { identity, direction } = unit;
  return {
    unitId: identity.id,
    direction,
    ordinal: segment.ordinal,
    transactional: segment.kind !== "alone",
    meaningHash: segment.meaningHash,
  };
}

/** What says, in one transaction, that the segment is done; and the unit with it, if it is its last. */
export function doneStatements(
  context: ApplyContext,
  unit: SqlUnit,
  segment: Segment,
): readonly string[] {
  if (isLast(unit, segment)) return unitDone(context, unit);
  if (isSeed(unit)) return [];
  const begun =
    unit.direction === "down" && segment.ordinal === 0
      ? [markReverting(context.record, unit.identity.id)]
      : [];
  return [...begun, writeJournal(context.record, partOf(unit, segment), "done")];
}

/** The unit's entry, or its absence after a way back, and the end of its journal. */
export function unitDone(context: ApplyContext, unit: SqlUnit): readonly string[] {
  const { record } = context;
  const { identity, direction } = unit;
  if (isSeed(unit)) {
    const { id, bytesHash } = identity;
    return [recordEvent(record, { kind: "seeded", id, bytesHash })];
  }
  const isDeclared = identity.kind === "declared";
  // A plan that was cut off may have had more parts than the one that ends it.
  const severalParts = isDeclared || unit.segments.length > 1 || unit.segments[0]?.kind === "alone";
  const cleared = severalParts ? [clearJournal(record, { unitId: identity.id, direction })] : [];
  if (direction === "down") {
    const { id, bytesHash } = identity;
    const event = recordEvent(record, { kind: "reverted", id, bytesHash });
    return [removeEntry(record, id), event, ...cleared];
  }
  const entry = recordApplied(record, {
    identity,
    provenance: "deployed",
    event: "applied",
    includesUpTo: unit.includesUpTo,
    ...context.contentOf(identity.id),
  });
  const included = unit.included.flatMap((held) =>
    recordApplied(record, {
      identity: held,
      provenance: "baseline",
      event: "included",
      includesUpTo: undefined,
      durationSql: "null",
      ...context.contentOf(held.id),
    }),
  );
  if (!isDeclared) return [...entry, ...included, ...cleared];
  const { id } = identity;
  return [removeEntry(record, id), ...entry, markUnverified(record, id), ...cleared];
}
