/** Security labels: pg_seclabel. */
import { attachedFactId } from "../../../catalog/id.ts";
import { family, type Family } from "./family.ts";

interface LabelRow {
  readonly catalog: string;
  readonly objoid: number;
  readonly objsubid: number;
  readonly provider: string;
  readonly label: string;
}

export const securityLabels: Family = family<LabelRow>({
  name: "pg_seclabel",
  query: () => `
    select classoid::regclass::text as catalog, objoid, objsubid, provider, label from pg_seclabel`,
  add: (row, build) => {
    const subject = build.subject(row.catalog, row.objoid, row.objsubid);
    if (subject === undefined) return;
    const { on, parent } = subject;
    const id = attachedFactId("security_label", on.id, row.provider);
    const payload = { on, provider: row.provider, label: row.label };
    build.add({ kind: "security_label", id, name: { name: id }, parent, payload });
  },
});
