/** The config's exceptions: each as narrow as it can be, and with a reason. */
import type { EqualityException } from "../config.ts";
import {
  readObject,
  readText,
  unknownKey,
  valueError,
  within,
  type Expectation,
  type Place,
} from "./value.ts";

export function readExceptions(
  value: unknown,
  place: Place,
  expected: Expectation,
): readonly EqualityException[] {
  if (!Array.isArray(value)) throw valueError(place, expected, value);
  return value.map((item: unknown) => readException(item, place, expected));
}

const keys = ["object", "attribute", "values", "reason", "until"] as const;

function readException(value: unknown, place: Place, expected: Expectation): EqualityException {
  const members = new Map(readObject(value, place, expected));
  for (const key of members.keys()) {
    if (!keys.some((known) => known === key)) throw unknownKey(within(place, key), keys);
  }
  const text = (key: string): string =>
    readText(members.get(key), within(place, key), { ...expected, what: "a text" });
  return {
    object: text("object"),
    attribute: text("attribute"),
    values: readPair(members.get("values"), within(place, "values"), expected),
    reason: text("reason"),
    until: members.has("until")
      ? readDay(members.get("until"), within(place, "until"), expected)
      : undefined,
  };
}

function readPair(value: unknown, place: Place, expected: Expectation): readonly [string, string] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw valueError(place, { ...expected, what: "a list of both values" }, value);
  }
  const [left, right]: readonly unknown[] = value;
  return [valueText(left), valueText(right)];
}

/** A text stands for itself, everything else for its JSON; null is an attribute that has its default. */
function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function readDay(value: unknown, place: Place, expected: Expectation): string {
  const day = readText(value, place, expected);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
  if (!isDay) throw valueError(place, { ...expected, what: "a day as YYYY-MM-DD" }, value);
  return day;
}
