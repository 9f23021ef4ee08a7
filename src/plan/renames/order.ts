/**
 * The order of renames of one depth: whoever holds a name that another wants goes first, and of a circle one makes
 * way under a name of its own.
 */
import { printName, type FactName } from "../../catalog/id.ts";
import { asideName, type Rename } from "./rename.ts";

/** One statement's worth: from what the object is called now to what it is called next. */
export interface Move {
  readonly rename: Rename;
  readonly from: FactName;
  readonly to: FactName;
}

/**
 * `from` of each is what the object is called at this depth, `to` where it goes in the end. `keyOf` says which names
 * are the same to the server: without the kind, since relations and types share their names.
 */
export function orderedMoves<M extends Move>(
  moves: readonly M[],
  keyOf: (name: FactName, move: M) => string = printName,
): readonly M[] {
  const open = [...moves];
  const ordered: M[] = [];
  while (open.length > 0) {
    const held = new Set(open.map((move) => keyOf(move.from, move)));
    const free = open.findIndex((move) => {
      const wanted = keyOf(move.to, move);
      return wanted === keyOf(move.from, move) || !held.has(wanted);
    });
    const [move] = open.splice(Math.max(free, 0), 1);
    if (move === undefined) break;
    if (free >= 0) ordered.push(move);
    else {
      const aside = { ...move.from, name: asideName(move.to.name) };
      ordered.push({ ...move, to: aside });
      open.push({ ...move, from: aside });
    }
  }
  return ordered;
}
