/** Whether one look at the ledger is enough: it holds exactly what the files say, byte for byte. */
import { ledgerDigest } from "../../ledger/digest.ts";
import type { LedgerHead } from "../../ledger/ledger.ts";
import { baselineBytesHash } from "../../project/baseline-hash.ts";
import type { Project } from "../../project/project.ts";

export function isUpToDate(project: Project, head: LedgerHead): boolean {
  const { baseline, migrations, declared, config } = project;
  if (config.strategy === "declarative" && declared !== undefined) return false;
  if (!head.established || head.count !== migrations.length) return false;
  const isBaselineOnly = baseline !== undefined && project.migrationsFolder === undefined;
  if (isBaselineOnly && head.baselineBytesHash !== baselineBytesHash(baseline)) return false;
  return head.digest === ledgerDigest(migrations);
}
