/**
 * The model: a database beside the old one that the project is deployed into as into any fresh one. It says what the
 * new database is to be like, and where the old rows go; and it has the ledger and the rows that the project brings.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/findings.ts";
import { checkExpressions } from "../../../data/expression.ts";
import { withPairs } from "../../../data/map-rules.ts";
import { mapTables, type MapRules } from "../../../data/mapping.ts";
import { tableLabel, type DataInventory, type TableFacts } from "../../../data/tables.ts";
import type { Database, Session } from "../../../ports/database.ts";
import type { Project } from "../../../project/project.ts";
import { loadParser } from "../../../sql/parse.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { everyOwner } from "../backup/ports.ts";
import { copySession, withSession } from "../backup/sessions.ts";
import { bringUp } from "../bring-up.ts";
import { createDatabase } from "../database/create.ts";
import { readInventory } from "../data/inventory.ts";
import { openWorkSession } from "../under-lock.ts";
import type { RowsMapping } from "./copy-rows.ts";
import { clausesFor, type Rebuildable } from "./look.ts";
import { inDatabase, markDatabase, markOf, type RebuildNames } from "./names.ts";
import type { RebuildPorts } from "./ports.ts";

export interface Model {
  readonly catalog: Catalog;
  readonly inventory: DataInventory;
  readonly mappings: readonly RowsMapping[];
  readonly findings: readonly Finding[];
}

export interface ModelRequest {
  /** On the server where the new one is made. */
  readonly keeper: Session;
  readonly place: Database;
  readonly names: RebuildNames;
  readonly old: Rebuildable;
  readonly request: {
    readonly project: Project;
    readonly map: MapRules;
    readonly mapPairs: readonly string[];
    readonly allowDrop: readonly string[];
    readonly signal?: AbortSignal | undefined;
  };
}

export async function makeModel(ports: RebuildPorts, step: ModelRequest): Promise<void> {
  const { keeper, names, old } = step;
  ports.progress({ event: "rebuild.model", message: "deploying the project beside the database" });
  await createDatabase(keeper, {
    name: names.model,
    clauses: clausesFor(old, names),
    clock: ports.clock,
  });
  await markDatabase(keeper, names.model, markOf(names));
  await deployInto(ports, step);
}

/** What it is like, and where the old rows go. */
export async function readModel(ports: RebuildPorts, step: ModelRequest): Promise<Model> {
  const { names, old, place, request } = step;
  return await withSession(
    inDatabase(place, names.model),
    copySession("rebuild"),
    async (session) => {
      const catalog = await ports.readCatalog(session, everyOwner);
      const inventory = await readInventory(session);
      const rules = withPairs(request.map, request.mapPairs, old.inventory.tables);
      const uses = checkExpressions(await loadParser(), rules.expressions);
      const mapped = mapTables(old.inventory.tables, inventory.tables, rules, uses);
      const findings = await withSession(ports.database, copySession("rebuild"), (reader) =>
        drops(reader, mapped, request.allowDrop),
      );
      return { catalog, inventory, mappings: mapped.tables, findings };
    },
  );
}

async function deployInto(
  ports: RebuildPorts,
  { names, old, place, request }: ModelRequest,
): Promise<void> {
  const { safeguard: _safeguard, ...others } = ports;
  const own: RebuildPorts = {
    ...others,
    database: inDatabase(place, names.model),
    environment: old.environment,
  };
  const { project, signal } = request;
  const change = { ports: own, project, deploymentId: crypto.randomUUID(), signal };
  const work = await openWorkSession(change);
  try {
    const choices = {
      ...{ allowEdited: [], allowDrop: [], to: undefined },
      ...{ allowOutOfOrder: false, allowMissing: false, splitBaseline: false, additive: false },
    };
    await bringUp({ ...change, work, choices, seed: "no" });
  } finally {
    await work.current.close();
  }
}

/** What has rows, or values, and no place: refused, unless somebody said that it may go. */
async function drops(
  reader: Session,
  mapped: ReturnType<typeof mapTables<TableFacts>>,
  allowDrop: readonly string[],
): Promise<readonly Finding[]> {
  const may = (kind: string): boolean => allowDrop.includes(kind) || allowDrop.includes("all");
  const findings: Finding[] = [];
  const refused: string[] = [];
  const note = (object: string, isAllowed: boolean): void => {
    if (!isAllowed) refused.push(object);
    findings.push({ code: "DATA.DROPPED", severity: "warning", message: "is left behind", object });
  };
  for (const table of mapped.droppedTables) {
    if (await has(reader, table, "true")) note(tableLabel(table), may("table"));
  }
  for (const { source, dropped } of mapped.tables) {
    for (const column of dropped) {
      if (source.columns.find(({ name }) => name === column)?.generated === true) continue;
      const isFilled = await has(reader, source, `${quoteIdentifier(column)} is not null`);
      if (isFilled) note(`${tableLabel(source)}.${column}`, may("column"));
    }
  }
  if (refused.length === 0) return findings;
  const message = `the project has no place for ${refused.slice(0, 10).join(", ")}`;
  throw new LockstepError("REBUILD.DROPS", message, { data: { objects: refused } });
}

async function has(reader: Session, table: TableFacts, condition: string): Promise<boolean> {
  const only = table.isPartitioned ? "" : "only ";
  const name = quoteQualifiedName(table.schema, table.name);
  const [row = {}] = await reader.query(
    `select exists (select from ${only}${name} where ${condition}) as found`,
  );
  return row["found"] === true;
}
