/**
 * How a circle of things that refer to one another is made and taken apart: views by way of a function, say, whose
 * argument is a row of the view. One of them gets a first form that refers to none of the others and its own form once
 * those are there; and the other way round when they go. graph.ts asks for it only where nothing else opens a circle.
 */
import type { Action } from "./actions.ts";

/** The same actions with one of the circle's in two; undefined when none of them has a first form. */
export function splitOne(
  actions: readonly Action[],
  circle: ReadonlySet<number>,
): readonly Action[] | undefined {
  const chosen = [...circle].toSorted((left, right) =>
    compareChoice(actions[left], actions[right]),
  )[0];
  const action = chosen === undefined ? undefined : actions[chosen];
  if (action?.preliminary === undefined) return undefined;
  const parts =
    action.verb === "drop"
      ? emptied(action, { actions, circle })
      : begun(action, action.preliminary);
  const made = new Set(action.verb === "drop" ? [] : action.makes);
  return actions.flatMap((other, position) => {
    if (position === chosen) return parts;
    if (!circle.has(position)) return [other];
    return [{ ...other, needs: other.needs.map((id) => (made.has(id) ? preliminaryOf(id) : id)) }];
  });
}

/**
 * What is there already before what is new, and views before routines, since a view's first form refers to nothing but
 * types; else by key, the same every time.
 */
function compareChoice(left: Action | undefined, right: Action | undefined): number {
  return choice(left) < choice(right) ? -1 : 1;
}

function choice(action: Action | undefined): string {
  if (action?.preliminary === undefined) return "3";
  if (action.verb === "alter") return `0 ${action.key}`;
  return `${action.kind === "view" ? 1 : 2} ${action.key}`;
}

function preliminaryOf(id: string): string {
  return `preliminary ${id}`;
}

function begun(action: Action, preliminary: NonNullable<Action["preliminary"]>): readonly Action[] {
  const { statements, needs, replacing } = preliminary();
  const { preliminary: _preliminary, ...own } = action;
  const first = action.makes.map(preliminaryOf);
  const key = preliminaryOf(action.key);
  if (action.verb === "alter") {
    // It lets go of what it had, and takes what it is to have when that is there.
    return [
      { ...own, key, statements, needs, makes: first, claims: [] },
      {
        ...own,
        statements: replacing,
        needs: [...action.needs, ...first],
        frees: [],
        releases: [],
      },
    ];
  }
  return [
    { ...own, key, statements, needs, makes: first },
    { ...own, statements: replacing, needs: [...action.needs, ...first], claims: [] },
  ];
}

interface Around {
  readonly actions: readonly Action[];
  readonly circle: ReadonlySet<number>;
}

function emptied(action: Action, { actions, circle }: Around): readonly Action[] {
  const { preliminary, ...own } = action;
  const going = new Set([...circle].flatMap((position) => actions[position]?.takes ?? []));
  const inCircle = action.frees.filter((id) => going.has(id));
  const key = preliminaryOf(action.key);
  const emptying: Action = {
    ...own,
    ...{ key, verb: "alter", statements: preliminary?.().statements ?? [] },
    ...{ makes: [key], takes: [], needs: [], frees: inCircle, releases: [] },
  };
  const rest = action.frees.filter((id) => !going.has(id));
  return [emptying, { ...own, needs: [...action.needs, key], frees: rest }];
}
