/**
 * What a deploy of a declared schema does: the difference from the live catalog to the declared one, which scratch
 * tells. It only reads; what nobody allowed to be dropped is refused before anything is changed.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { fingerprint } from "../../../catalog/fingerprint.ts";
import type { FactId } from "../../../catalog/id.ts";
import type { Finding } from "../../../core/findings.ts";
import type { LedgerState } from "../../../ledger/ledger.ts";
import { declaredId } from "../../../ledger/ledger.ts";
import { jsonObjectOf } from "../../../ledger/row.ts";
import { additiveTarget, refuseLosses, refuseSecondKeys } from "../../../plan/additive.ts";
import { refuseDrops } from "../../../plan/allowed_drops.ts";
import { declaredUnitOf } from "../../../plan/declared-unit.ts";
import type { Planned, PlanChoices } from "../../../plan/make.ts";
import type { NeedsTally } from "../../../plan/needs.ts";
import { sealPlan } from "../../../plan/plan.ts";
import type { SchemaPlan } from "../../../plan/schema_plan.ts";
import { planSql } from "../../../plan/statement_text.ts";
import type { Session } from "../../../ports/database.ts";
import { declaredOf } from "../../../project/declared.ts";
import type { Project } from "../../../project/project.ts";
import { loadParser } from "../../../sql/parse.ts";
import type { DeployPorts } from "../../ports.ts";
import { readWithSource } from "../live/with-source.ts";
import { planDifference, type Difference } from "../difference/difference.ts";
import type { PlanProof } from "../difference/proof.ts";
import type { SourcePorts } from "../source/ports.ts";
import type { OpenSource } from "../source/read.ts";
import { filesOf, replayPortsOf, withDeclaredFiles } from "./files.ts";

export interface DeclaredRequest {
  readonly ports: DeployPorts;
  readonly project: Project;
  readonly ledger: LedgerState;
  readonly choices: PlanChoices;
  /** For the ledger's own queries. */
  readonly session: Session;
  /** What follows the plan is added to it. */
  readonly needs: NeedsTally;
}

export interface DeclaredPlan {
  readonly planned: Planned;
  readonly live: Catalog;
  /** Where the plan leads. */
  readonly expected: Catalog;
  readonly schema: SchemaPlan;
  readonly proof: PlanProof;
  /** As psql would run it: what the ledger keeps. */
  readonly sql: string;
  /** YYYY-MM-DD, by the server. */
  readonly today: string;
}

export async function planDeclared(request: DeclaredRequest): Promise<DeclaredPlan> {
  const { ports, ledger, needs } = request;
  const project = await withDeclaredFiles(ports, request.project);
  const replay = await replayPortsOf(ports);
  const sources = { ...replay, project: async () => project };
  const { major } = request.session.server;
  const wanted = { database: ports.database, major, spec: { kind: "declared" } } as const;
  const { catalog: live, today, source } = await readWithSource(sources, wanted);
  let difference: Difference;
  try {
    difference = await differenceTo(source, live, { sources, request });
  } finally {
    await source.close();
  }
  const { plan: schema, to: expected, proof } = difference;
  const files = filesOf(project);
  const unit = declaredUnitOf(schema, { files, parser: await loadParser(), needs });
  const isRecorded =
    ledger.kind === "present" &&
    ledger.entries.some(
      ({ id, state, bytesHash }) =>
        id === declaredId && state === "applied" && bytesHash === unit.identity.bytesHash,
    );
  const isReached = schema.segments.length === 0;
  const plan = sealPlan({
    format: 1,
    scope: project.config.scope,
    strategy: "declare",
    settings: project.config.settings,
    units: isReached && isRecorded ? [] : [unit],
    healed: [],
    notes: [
      ...source.catalog.findings,
      ...(await driftNotes(request, live)),
      ...(request.choices.columnOrder === "rebuild" ? schema.otherOrder.map(orderNote) : []),
    ],
  });
  const planned = { plan, edited: [], needs: needs.needs() };
  return { planned, live, expected, schema, proof, sql: planSql(schema.segments), today };
}

async function differenceTo(
  source: OpenSource,
  live: Catalog,
  { sources, request }: { readonly sources: SourcePorts; readonly request: DeclaredRequest },
): Promise<Difference> {
  const { additive, allowDrop, columnOrder, prove } = request.choices;
  return await planDifference(sources, {
    from: { catalog: live, scratch: undefined, schemas: [] },
    to: { ...source, ...(isPrinted(request.project) ? { isPrinted: true } : {}) },
    aim: (from, to) => {
      if (!additive) return to;
      refuseSecondKeys(from, to);
      return additiveTarget(from, to);
    },
    accept: (plan, hints) => {
      if (additive) refuseLosses(plan);
      else refuseDrops(plan, allowDrop, hints);
    },
    columnOrder,
    prove: prove !== false,
    inverse: false,
    clock: request.ports.clock,
  });
}

/** Also where its text stands for a file already. */
function isPrinted(project: Project): boolean {
  return declaredOf(project)?.kind === "command";
}

/** Only where the order was asked for: else every table with a newer column would be named. */
function orderNote(object: FactId): Finding {
  const message = "its columns stay in another order: the table can't be made again by itself";
  return { code: "PLAN.COLUMN_ORDER", severity: "warning", message, object };
}

/** What came by other hands since the last deploy is a part of the difference: the plan takes it back, and says so. */
async function driftNotes(
  { ledger, project, session }: DeclaredRequest,
  live: Catalog,
): Promise<readonly Finding[]> {
  if (ledger.kind === "absent") return [];
  const [row] = await session.query(
    `select detail from lockstep.events where scope = $1 and migration_id = $2 and event = 'verified'
    order by position desc limit 1`,
    [project.config.scope, declaredId],
  );
  const known = row === undefined ? undefined : jsonObjectOf(row, "detail")["fingerprint"];
  if (known === undefined || known === fingerprint(live, project.config.equality)) return [];
  const message =
    "the schema was changed by other hands since the last deploy; the plan is made from what is there";
  return [{ code: "PLAN.DRIFT", severity: "warning", message }];
}
