/** How actions and parts of facts are called inside a plan. */
import type { FactId } from "../catalog/id.ts";

export function createKey(id: FactId): string {
  return `create ${id}`;
}

export function dropKey(id: FactId): string {
  return `drop ${id}`;
}

/** The old object, when it has made way for the new one by another name. */
export function asideOf(id: FactId): string {
  return `aside ${id}`;
}

/** The object's owner, which grants come after. */
export function ownerOf(id: FactId): string {
  return `owner ${id}`;
}

/** A base type that is declared and not defined yet. */
export function shellOf(id: FactId): string {
  return `shell ${id}`;
}
