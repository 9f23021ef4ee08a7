/** `RANGE (created_at, lower(name))` */
import type { PartitionKey } from "../../catalog/payloads/relations.ts";
import { keyText } from "./index_shape.ts";

export function partitionKeyText(key: PartitionKey): string {
  return `${key.strategy.toUpperCase()} (${key.keys.map((part) => keyText(part)).join(", ")})`;
}
