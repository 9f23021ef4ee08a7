/** What can be changed on an index in place, and the marks that a table has on one of its indexes. */
import type { IndexShape, KeyPart, Options } from "../../catalog/payloads/relations.ts";
import { sameValue } from "../../catalog/compare.ts";
import type { Fact } from "../../catalog/fact.ts";
import type { ActionDraft } from "../actions.ts";
import { isCreated, isDropped, type Planning } from "../planning.ts";
import { ownName, quoted } from "../text/names.ts";
import { changedParameters, parameterClauses } from "../text/options.ts";

export interface IndexSettings {
  readonly options: Options | undefined;
  readonly tablespace: string | undefined;
}

export function indexSettings(
  name: string,
  from: IndexSettings,
  to: IndexSettings,
): readonly string[] {
  const clauses = [...parameterClauses(changedParameters(from.options, to.options))];
  if (from.tablespace !== to.tablespace) {
    clauses.push(`SET TABLESPACE ${quoted(to.tablespace ?? "pg_default")}`);
  }
  return clauses.map((clause) => `ALTER INDEX ${name} ${clause}`);
}

/** Statistics targets of an index's expressions, which only ALTER INDEX can set. */
export function statisticsTargets(
  name: string,
  from: readonly KeyPart[],
  to: readonly KeyPart[],
): readonly string[] {
  return to.flatMap(({ statisticsTarget }, position) =>
    from[position]?.statisticsTarget === statisticsTarget
      ? []
      : [
          `ALTER INDEX ${name} ALTER COLUMN ${position + 1} SET STATISTICS ${statisticsTarget ?? -1}`,
        ],
  );
}

/**
 * Whether what differs in keys and parameters can be changed in place. The server changes the parameters of no
 * partitioned index: they are what its partitions' indexes are made with.
 */
export function isSettable(
  from: IndexShape,
  to: IndexShape,
  { table, planning }: { readonly table: string | undefined; readonly planning: Planning },
): boolean {
  const isPartitioned = planning.to.find("table", table)?.payload.partitionKey !== undefined;
  if (isPartitioned && !sameValue(from.options, to.options)) return false;
  return sameValue(withoutTargets(from.keys), withoutTargets(to.keys));
}

function withoutTargets(keys: readonly KeyPart[]): readonly KeyPart[] {
  return keys.map(({ statisticsTarget: _target, ...key }) => key);
}

export interface MarkedIndex {
  /** Its name, in the table's schema. */
  readonly index: string;
  /** The index or the constraint that it stands behind. */
  readonly fact: Fact;
}

/** An index that is made again has lost CLUSTER ON and REPLICA IDENTITY, although its table did not change. */
export function marksAgain(
  { index, fact }: MarkedIndex,
  planning: Planning,
): readonly ActionDraft[] {
  const { parent, id } = fact;
  if (parent === undefined || !isDropped(planning, id) || isCreated(planning, parent)) return [];
  const before = planning.from.get(parent);
  const after = planning.to.get(parent);
  if (after === undefined || before === undefined) return [];
  const drafts: ActionDraft[] = [];
  const mark = (name: string, clause: string): void => {
    const statements = [`ALTER TABLE ${ownName(after)} ${clause} ${quoted(index)}`];
    drafts.push({
      verb: "alter",
      key: `mark ${id} ${name}`,
      statements,
      makes: [],
      needs: [id],
      claims: [],
    });
  };
  if (clusterMark(after) === index && clusterMark(before) === index) mark("cluster", "CLUSTER ON");
  const identity = identityMark(after);
  if (identity === index && sameValue(identity, identityMark(before))) {
    mark("replica identity", "REPLICA IDENTITY USING INDEX");
  }
  return drafts;
}

function clusterMark(table: Fact): string | undefined {
  return table.kind === "table" || table.kind === "materialized_view"
    ? table.payload.clusterOn
    : undefined;
}

function identityMark(table: Fact): string | undefined {
  if (table.kind !== "table" && table.kind !== "materialized_view") return undefined;
  const { replicaIdentity } = table.payload;
  return typeof replicaIdentity === "object" ? replicaIdentity.index : undefined;
}
