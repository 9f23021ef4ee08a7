import fc from "fast-check";
import { expect, test } from "vitest";
import { cutIntoParts } from "../../src/backup/parts.ts";

test("the parts of a table are all of it, each block once", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200_000)), fc.integer({ min: 1, max: 8 }), (sizes, connections) => {
      const tables = sizes.map((blocks, id) => ({ id, blocks }));
      const parts = cutIntoParts(tables, connections);
      for (const table of tables) {
        const own = parts
          .filter((part) => part.table === table)
          .toSorted((left, right) => left.ordinal - right.ordinal);
        expect(own.map(({ ordinal }) => ordinal)).toEqual(own.map((_part, position) => position));
        if (own.length === 1) {
          expect(own[0]?.range).toBeUndefined();
          continue;
        }
        let next: number | undefined = 0;
        for (const { range } of own) {
          expect(range?.from).toBe(next);
          next = range?.to;
        }
        expect(next).toBeUndefined();
      }
    }),
  );
});

test("one connection reads each table in one go; the largest parts come first", () => {
  const tables = [{ blocks: 10 }, { blocks: 100_000 }];
  expect(cutIntoParts(tables, 1).map(({ table, range }) => [table.blocks, range])).toEqual([
    [100_000, undefined],
    [10, undefined],
  ]);
  expect(cutIntoParts(tables, 2).at(-1)?.table.blocks).toBe(10);
  expect(cutIntoParts(tables, 2).length).toBe(7);
});
