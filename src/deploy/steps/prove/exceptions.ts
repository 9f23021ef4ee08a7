/** The config's exceptions, taken out of what differs; each remembers whether it still matches anything. */
import type { AttributePair, ObjectDifference } from "../../../catalog/explain.ts";
import type { JsonValue } from "../../../core/errors.ts";
import type { EqualityException } from "../../../project/config.ts";
import type { ProofPart } from "./part.ts";

export interface Exceptions {
  /** What is left, and which exceptions took the rest out. */
  apply(differences: readonly ObjectDifference[]): {
    readonly remaining: readonly ObjectDifference[];
    readonly used: readonly string[];
  };
  /** One part per exception: whether it matched, whether its time is over. `idle` is said of one that matched nothing. */
  parts(idle?: string): readonly ProofPart[];
}

/** `today`: YYYY-MM-DD. */
export function openExceptions(declared: readonly EqualityException[], today: string): Exceptions {
  const matched = new Set<EqualityException>();
  /** What differs where one is declared, with other values than it says. */
  const otherwise = new Map<EqualityException, string>();
  const valid = declared.filter(({ until }) => until === undefined || until >= today);
  const takes = (
    difference: ObjectDifference,
    pair: AttributePair,
  ): EqualityException | undefined => {
    const found = valid.find((exception) => fits(exception, difference, pair));
    if (found !== undefined) matched.add(found);
    else {
      const near = valid.find((exception) => isThere(exception, difference, pair));
      const [left, right] = [valueText(pair.left), valueText(pair.right)];
      if (near !== undefined)
        otherwise.set(near, `other values differ there: ${left} and ${right}`);
    }
    return found;
  };
  return {
    apply: (differences) => {
      const used: string[] = [];
      const remaining = differences.flatMap((difference): readonly ObjectDifference[] => {
        const left = pairsOf(difference).filter((pair) => {
          const found = takes(difference, pair);
          if (found !== undefined) used.push(describe(found));
          return found === undefined;
        });
        if (left.length === 0) return [];
        return [difference.presence === "both" ? { ...difference, attributes: left } : difference];
      });
      return { remaining, used };
    },
    parts: (idle = "nothing differs there any more: take it out") =>
      declared.map((exception) =>
        matched.has(exception)
          ? partOf(exception, today, { outcome: "proved", reason: exception.reason })
          : partOf(exception, today, {
              outcome: "refuted",
              reason: otherwise.get(exception) ?? idle,
            }),
      ),
  };
}

/** An object that one side has differs in nothing but its presence. */
function pairsOf({ presence, attributes }: ObjectDifference): readonly AttributePair[] {
  if (presence === "both") return attributes;
  const [left, right] = presence === "left" ? ["present", "absent"] : ["absent", "present"];
  return [{ attribute: "presence", left, right }];
}

/** The object is named by its id, or as the report prints it. */
function isThere(
  { object: named, attribute }: EqualityException,
  { id, object }: ObjectDifference,
  pair: AttributePair,
): boolean {
  return (named === id || named === object) && attribute === pair.attribute;
}

function fits(
  exception: EqualityException,
  difference: ObjectDifference,
  pair: AttributePair,
): boolean {
  if (!isThere(exception, difference, pair)) return false;
  const [one, other] = exception.values;
  const [left, right] = [valueText(pair.left), valueText(pair.right)];
  return (one === left && other === right) || (one === right && other === left);
}

export function valueText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function describe({ object, attribute, values, reason }: EqualityException): string {
  return `${object} ${attribute}: ${values.join(" and ")} (${reason})`;
}

function partOf(
  { object, attribute, until }: EqualityException,
  today: string,
  found: Pick<ProofPart, "outcome" | "reason">,
): ProofPart {
  const common = { kind: "exception", subject: `${object} ${attribute}` } as const;
  const isOver = until !== undefined && until < today;
  if (isOver) return { ...common, outcome: "refuted", reason: `it was declared until ${until}` };
  return { ...common, ...found };
}
