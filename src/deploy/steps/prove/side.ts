/**
 * The ways' ends held against each other. The first that was reached is what the others are compared with: equality
 * goes from one to the next, so one comparison for each of the others is enough.
 */
import { fingerprint } from "../../../catalog/fingerprint.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { leaveTables } from "../../../catalog/leave_tables.ts";
import { loneHistories } from "../../../plan/histories/lone.ts";
import { compareSides, type CompareOptions } from "./compare.ts";
import type { ProofPart } from "./part.ts";

export type Way =
  | {
      readonly kind: "reached";
      readonly name: string;
      readonly description: string;
      readonly catalog: Catalog;
      /** What it is compared with, where that is not where the others end. */
      readonly against?: { readonly name: string; readonly catalog: Catalog };
    }
  | { readonly kind: "failed"; readonly part: ProofPart };

export async function compareWithOthers(
  ways: readonly Way[],
  options: CompareOptions,
): Promise<readonly ProofPart[]> {
  const reached = ways.filter((way) => way.kind === "reached");
  const [first] = reached;
  const parts: ProofPart[] = [];
  for (const way of ways) {
    if (way.kind === "failed") parts.push(way.part);
    else if (way === first) parts.push(loaded(way, reached.length === 1, options));
    else parts.push(await compared(way, way.against ?? first, options));
  }
  return parts;
}

type Reached = Extract<Way, { readonly kind: "reached" }>;

/** With nothing to compare it with, that it loads is all that is proved. */
function loaded(way: Reached, isAlone: boolean, { level }: CompareOptions): ProofPart {
  const { name, description, catalog } = way;
  const reason = isAlone
    ? `${description}: loads; there is no other way to compare it with`
    : description;
  const of = fingerprint(catalog, level);
  return { kind: "way", subject: name, outcome: "proved", reason, fingerprint: of };
}

async function compared(
  way: Reached,
  other: { readonly name: string; readonly catalog: Catalog } | undefined,
  options: CompareOptions,
): Promise<ProofPart> {
  const { name, description, catalog } = way;
  const common = {
    kind: "way",
    subject: name,
    fingerprint: fingerprint(catalog, options.level),
  } as const;
  if (other === undefined)
    return { ...common, outcome: "unproved", reason: "nothing to compare it with" };
  const lone = [
    ...loneHistories(other.catalog, catalog),
    // What a database has and no file makes is no dump's doing.
    ...(name === "live" ? [] : loneHistories(catalog, other.catalog)),
  ];
  const aside = lone.flatMap((history) => history.aside);
  const left = leaveTables(other.catalog, aside);
  const found = await compareSides(left, leaveTables(catalog, aside), options);
  const { level, differences, settled, exceptions } = found;
  const told = { ...common, settled, exceptions, ...(level === undefined ? {} : { level }) };
  if (found.isEqual) {
    const but = lone.length === 0 ? "" : `, but for ${lone.map(({ what }) => what).join(", ")}`;
    const reason = `${description}: ends where ${other.name} ends${but}`;
    return { ...told, outcome: "proved", reason };
  }
  const reason = `${description}: ends elsewhere than ${other.name}`;
  return { ...told, outcome: "refuted", reason, sides: [other.name, name], differences };
}
