/** Whether one look at the ledger is enough: it holds exactly what the files say, byte for byte. */
import { ledgerDigest } from "../../ledger/digest.ts";
import type { LedgerHead } from "../../ledger/ledger.ts";
import { isBaselineAlone } from "../../project/baseline-alone.ts";
import { baselineBytesHash } from "../../project/baseline-hash.ts";
import { declaredBytesHash, declaredOf } from "../../project/declared.ts";
import type { Project } from "../../project/project.ts";

export function isUpToDate(project: Project, head: LedgerHead): boolean {
  const { baseline, migrations, replaced } = project;
  const declared = declaredOf(project);
  if (declared !== undefined) {
    const hash = declaredBytesHash(declared);
    return hash !== undefined && head.declaredBytesHash === hash;
  }
  if (!head.established || head.count !== replaced.length + migrations.length) return false;
  const isChanged =
    baseline !== undefined && head.baselineBytesHash !== baselineBytesHash(baseline);
  if (isChanged && isBaselineAlone(project)) return false;
  return (
    head.digest === ledgerDigest(replaced.length === 0 ? migrations : [...replaced, ...migrations])
  );
}
