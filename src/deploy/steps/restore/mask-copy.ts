/**
 * Masks a copy where it lies, before anything else is done with it: the rules of data export, in one transaction, with
 * foreign keys checked by the rules themselves (both ends are masked alike).
 */
import { randomBytes } from "node:crypto";
import { maskKeySetting } from "../../../data/mask/expression.ts";
import { planMask, type MaskedColumn } from "../../../data/mask/plan.ts";
import type { MaskRules } from "../../../data/mask/rules.ts";
import type { Secret } from "../../../core/secret.ts";
import type { Database } from "../../../ports/database.ts";
import { loadParser } from "../../../sql/parse.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { copySession, withSession } from "../backup/sessions.ts";
import { readInventory } from "../data/inventory.ts";
import { restoreFailure } from "./failure.ts";

export interface MaskCopyRequest {
  readonly rules: MaskRules;
  /** Undefined: one that is forgotten afterwards. */
  readonly key: Secret | undefined;
}

/** Resolves to what was masked: `schema.table.column`. */
export async function maskCopy(
  database: Database,
  { rules, key }: MaskCopyRequest,
): Promise<readonly string[]> {
  if (rules.length === 0) return [];
  const parser = await loadParser();
  return await withSession(database, copySession("restore"), async (session) => {
    const inventory = await readInventory(session);
    const plan = planMask({ rules, inventory, parser });
    const masked: string[] = [];
    await session.script("begin; set local session_replication_role = replica");
    await session.query("select pg_catalog.set_config($1, $2, true)", [
      maskKeySetting,
      key?.reveal() ?? randomBytes(32).toString("hex"),
    ]);
    try {
      for (const { oid, schema, name } of inventory.tables) {
        const columns = [...(plan.get(oid)?.values() ?? [])];
        if (columns.length === 0) continue;
        const table = quoteQualifiedName(schema, name);
        await session.script(`update ${table} set ${columns.map(assignment).join(", ")}`);
        masked.push(...columns.map(({ column }) => `${table}.${quoteIdentifier(column)}`));
      }
      await session.script("commit");
    } catch (error) {
      throw restoreFailure(error, "masking the copy");
    }
    return masked;
  });
}

function assignment({ column, expression }: MaskedColumn): string {
  return `${quoteIdentifier(column)} = ${expression}`;
}
