/**
 * The shortest list of removals and additions that turns one sequence into another (Myers' algorithm), after what
 * they share at both ends is set aside. Where they differ too much for that to be quick, everything between
 * the shared ends counts as changed: still true, only longer.
 */

export interface SequenceEdit {
  readonly kind: "removed" | "added";
  /** In the old sequence for a removal, in the new one for an addition. */
  readonly index: number;
}

/** Above this distance the quadratic part would cost more than its shorter answer is worth. */
const editsMax = 500;

export function compareSequences(
  before: readonly string[],
  after: readonly string[],
): readonly SequenceEdit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let endBefore = before.length;
  let endAfter = after.length;
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
  }
  const old = before.slice(start, endBefore);
  const now = after.slice(start, endAfter);
  const edits = shortestEdits(old, now) ?? everything(old.length, now.length);
  return edits.map((edit) => ({ kind: edit.kind, index: edit.index + start }));
}

function everything(removed: number, added: number): SequenceEdit[] {
  return [
    ...Array.from({ length: removed }, (_, index) => ({ kind: "removed" as const, index })),
    ...Array.from({ length: added }, (_, index) => ({ kind: "added" as const, index })),
  ];
}

/** Furthest reach per diagonal, one map for each number of edits, walked back at the end. */
function shortestEdits(old: readonly string[], now: readonly string[]): SequenceEdit[] | undefined {
  const trace: Map<number, number>[] = [];
  const reach = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= Math.min(old.length + now.length, editsMax); edits += 1) {
    trace.push(new Map(reach));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = firstReach(reach, diagonal, edits);
      let y = x - diagonal;
      while (x < old.length && y < now.length && old[x] === now[y]) {
        x += 1;
        y += 1;
      }
      reach.set(diagonal, x);
      if (x >= old.length && y >= now.length) return walkBack(trace, old.length, now.length);
    }
  }
  return undefined;
}

function firstReach(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const fromAbove = reach.get(diagonal + 1) ?? -1;
  const fromLeft = reach.get(diagonal - 1) ?? -1;
  const goesDown = diagonal === -edits || (diagonal !== edits && fromLeft < fromAbove);
  return goesDown ? fromAbove : fromLeft + 1;
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  oldLength: number,
  newLength: number,
): SequenceEdit[] {
  const edits: SequenceEdit[] = [];
  let x = oldLength;
  let y = newLength;
  for (let step = trace.length - 1; step > 0; step -= 1) {
    const reach = trace[step] ?? new Map<number, number>();
    const diagonal = x - y;
    const fromAbove = reach.get(diagonal + 1) ?? -1;
    const fromLeft = reach.get(diagonal - 1) ?? -1;
    const wentDown = diagonal === -step || (diagonal !== step && fromLeft < fromAbove);
    const previousX = wentDown ? fromAbove : fromLeft;
    const previousY = previousX - (wentDown ? diagonal + 1 : diagonal - 1);
    edits.push(
      wentDown ? { kind: "added", index: previousY } : { kind: "removed", index: previousX },
    );
    x = previousX;
    y = previousY;
  }
  return edits.reverse();
}
