import { expect, test } from "vitest";
import { noJournal } from "../../../src/deploy/steps/restore/journal.ts";
import { sideBySide, type NumberedStep } from "../../../src/deploy/steps/restore/schema.ts";

function step(position: number, object: string, shares: boolean): NumberedStep {
  return {
    ...{ section: "after", kind: shares ? "index" : "constraint", object, position },
    ...{ statements: ["select 1"], transaction: "any", item: object },
    heavy: { tables: ["table:public.t"], needs: [], shares },
  };
}

test("work that has a table for itself comes before work that shares it, else as it was", () => {
  const steps = [
    step(0, "index a", true),
    step(1, "key b", false),
    step(2, "index c", true),
    step(3, "key d", false),
  ];
  const objects = sideBySide(steps, noJournal).map((task) => task.step.object);
  expect(objects).toEqual(["key b", "key d", "index a", "index c"]);
});
