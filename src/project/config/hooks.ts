/** The key `hooks`: programs that an emergency rollback runs, as lists of words; no shell reads them. */
import type { HooksConfig } from "../config.ts";
import {
  readDuration,
  readObject,
  unknownKey,
  valueError,
  within,
  type Place,
  type Reader,
} from "./value.ts";

export const noHooks: HooksConfig = {
  stop: undefined,
  start: undefined,
  health: undefined,
  timeoutMs: 60_000,
};

export const readHooks: Reader<HooksConfig> = (value, place, expected) => {
  let hooks = noHooks;
  for (const [key, member] of readObject(value, place, expected)) {
    const here = within(place, key);
    const read = Object.hasOwn(members, key) ? members[key] : undefined;
    if (read === undefined) throw unknownKey(here, Object.keys(members));
    hooks = { ...hooks, ...read(member, here) };
  }
  return hooks;
};

const members: Readonly<Record<string, (value: unknown, place: Place) => Partial<HooksConfig>>> = {
  stop: (value, place) => ({ stop: readWords(value, place) }),
  start: (value, place) => ({ start: readWords(value, place) }),
  health: (value, place) => ({ health: readWords(value, place) }),
  timeout: (value, place) => ({
    timeoutMs: readDuration(value, place, {
      what: "a duration such as 60s",
      example: 'timeout: "60s"',
    }),
  }),
};

function readWords(value: unknown, place: Place): readonly string[] {
  const isList = Array.isArray(value) && value.length > 0;
  if (isList && value.every((word: unknown) => typeof word === "string" && word !== ""))
    return value.map(String);
  const key = place.keys.at(-1) ?? "";
  throw valueError(
    place,
    {
      what: "a program and its arguments, as a list",
      example: `${key}: ["systemctl", "${key}", "shop"]`,
    },
    value,
  );
}
