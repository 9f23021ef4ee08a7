/** The tables of a backup whose rows are masked by the server that hands them out: no original value leaves it. */
import { keyOf } from "../../../backup/selection.ts";
import type { TableUnit } from "../backup/inventory.ts";
import type { Masks } from "./masks.ts";

/** Where masked rows may belong to another partition, they are read as the whole table's, and find it when they are loaded. */
export function maskedUnits(units: readonly TableUnit[], masks: Masks): readonly TableUnit[] {
  const wholes = new Set<string>();
  return units.flatMap((unit): readonly TableUnit[] => {
    const mask = masks.of(unit);
    if (mask === undefined) return [unit];
    const { root, expressions, moves } = mask;
    if (!moves || unit.isPartitioned) return [{ ...unit, expressions }];
    if (wholes.has(keyOf(root))) return [];
    wholes.add(keyOf(root));
    const whole = { isPartitioned: true, blocks: 0, above: [], format: "text" } as const;
    return [{ ...unit, ...root, ...whole, expressions }];
  });
}
