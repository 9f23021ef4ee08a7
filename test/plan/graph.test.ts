/** The order of actions: what each needs, frees and claims, and nothing else but rank and key. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Action } from "../../src/plan/actions.ts";
import { circles } from "../../src/plan/circles.ts";
import { orderActions } from "../../src/plan/graph.ts";
import { Heap } from "../../src/plan/heap.ts";

function action(key: string, parts: Partial<Action> = {}): Action {
  const none = {
    makes: [],
    takes: [],
    needs: [],
    frees: [],
    disturbs: [],
    claims: [],
    releases: [],
  };
  return {
    ...none,
    key,
    verb: "create",
    kind: "table",
    subject: key,
    paragraph: key,
    rank: 0,
    statements: [key],
    loss: "none",
    transaction: "any",
    ...parts,
  };
}

function order(...actions: readonly Action[]): readonly string[] {
  return orderActions(actions).map((ordered) =>
    [ordered.action.key, ...ordered.folded.map(({ key }) => `+${key}`)].join(""),
  );
}

test("what is needed comes first, whatever its rank", () => {
  expect(
    order(action("view", { needs: ["t"] }), action("table", { makes: ["t"], rank: 9 })),
  ).toEqual(["table", "view"]);
});

test("what lets go comes before what takes away or disturbs", () => {
  expect(
    order(
      action("alter", { disturbs: ["t"] }),
      action("drop table", { takes: ["t"] }),
      action("drop view", { frees: ["t"], rank: 9 }),
    ),
  ).toEqual(["drop view", "alter", "drop table"]);
});

test("a name is free before it is taken", () => {
  expect(
    order(action("a", { claims: ["relation x"] }), action("b", { releases: ["relation x"] })),
  ).toEqual(["b", "a"]);
});

test("a clause stands in its owner's statement, and alone where that would close a circle", () => {
  const tables = [
    action("a", { makes: ["a"] }),
    action("b", { makes: ["b"] }),
    action("a to b", { needs: ["a", "b"], fold: { into: "a", clause: "x", always: false } }),
  ];
  expect(order(...tables)).toEqual(["b", "a+a to b"]);
  const back = action("b to a", {
    needs: ["a", "b"],
    fold: { into: "b", clause: "y", always: false },
  });
  expect(order(...tables, back)).toEqual(["a", "b", "a to b", "b to a"]);
});

test("a clause of a clause stands in the outermost statement", () => {
  expect(
    order(
      action("table", { makes: ["t"] }),
      action("column", { fold: { into: "table", always: true } }),
      action("default", { fold: { into: "column", always: true } }),
    ),
  ).toEqual(["table+column+default"]);
});

test("a circle that cannot be split is refused by the names of its actions", () => {
  const wait = [
    action("one", { makes: ["a"], needs: ["b"] }),
    action("two", { makes: ["b"], needs: ["a"] }),
  ];
  expect(() => order(...wait)).toThrowError(
    expect.objectContaining({ code: "DIFF.CIRCLE", notes: ["one", "two"] }),
  );
});

test("the same actions in any order of arrival give the same order", () => {
  const actions = [
    action("c", { needs: ["a"] }),
    action("a", { makes: ["a"] }),
    action("b"),
    action("d", { needs: ["a"], rank: -1 }),
  ];
  const wanted = order(...actions);
  fc.assert(
    fc.property(fc.shuffledSubarray(actions, { minLength: actions.length }), (shuffled) => {
      expect(order(...shuffled)).toEqual(wanted);
    }),
  );
});

test("ten thousand actions in a chain take no recursion", () => {
  const chain = Array.from({ length: 10_000 }, (_each, index) =>
    action(`${index}`, { makes: [`t${index}`], needs: index === 0 ? [] : [`t${index - 1}`] }),
  );
  expect(orderActions(chain.toReversed())[9_999]?.action.key).toBe("9999");
});

test("circles are found, and single nodes are none", () => {
  expect(circles([[1], [2], [0], [3], [5], []]).map((circle) => circle.toSorted())).toEqual([
    [0, 1, 2],
  ]);
});

test("a heap hands out its items in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((left, right) => left - right);
      for (const number of numbers) heap.push(number);
      const popped = numbers.map(() => heap.pop());
      expect(popped).toEqual(numbers.toSorted((left, right) => left - right));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});
