/** Files that were written anew and are the same migrations: the ledger takes their new hashes and texts. */
import type { Plan } from "../../plan/plan.ts";
import type { Session } from "../../ports/database.ts";
import type { ApplyContext } from "./apply/context.ts";
import { recordEvent, recordHealed } from "./ledger/record.ts";
import { ledgerTransaction } from "./ledger/transaction.ts";

export async function heal(session: Session, context: ApplyContext, plan: Plan): Promise<void> {
  if (plan.healed.length === 0) return;
  const { record } = context;
  const statements = plan.healed.flatMap(({ identity, reason }) => [
    recordHealed(record, { identity, ...context.contentOf(identity.id) }),
    recordEvent(record, {
      kind: reason === "bytes" ? "healed" : "edit-allowed",
      id: identity.id,
      bytesHash: identity.bytesHash,
    }),
  ]);
  await ledgerTransaction(session, context, statements);
}
