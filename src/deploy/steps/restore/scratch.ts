/** A throwaway database that a backup can be restored into: of its major, with the roles that it needs. */
import type { Manifest } from "../../../backup/manifest.ts";
import type { Scratch, ScratchDatabase } from "../../../ports/scratch.ts";
import { quoteIdentifier } from "../../../sql/quote.ts";
import { copySession, withSession } from "../backup/sessions.ts";
import { missingRoles } from "./target.ts";

/** A server of its own where roles have to be made, since roles are the whole server's. */
export async function scratchFor(scratch: Scratch, manifest: Manifest): Promise<ScratchDatabase> {
  const { major } = manifest.server;
  const shared = await scratch.create({ major });
  const lacking = await withSession(shared, copySession("restore"), (session) =>
    missingRoles(session, manifest.roles),
  );
  if (lacking.length === 0) return shared;
  await shared.drop();
  const own = await scratch.create({ major, isolation: "cluster" });
  await withSession(own, copySession("restore"), async (session) => {
    for (const role of await missingRoles(session, manifest.roles)) {
      await session.script(`create role ${quoteIdentifier(role)}`);
    }
  });
  return own;
}
