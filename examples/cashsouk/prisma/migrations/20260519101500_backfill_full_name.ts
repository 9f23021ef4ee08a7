// Fills users.full_name from the first and last names, in batches: nobody waits for long, and a deploy that is cut off
// goes on with the next batch.
import type { MigrationDatabase, MigrationTools } from "pg-lockstep";

export async function up(_db: MigrationDatabase, { batch, progress }: MigrationTools): Promise<void> {
  let filled = 0;
  const columns = ["id", "first_name", "last_name"];
  await batch({ table: "public.users", columns, where: "full_name IS NULL" }, async (users, tx) => {
    for (const user of users) {
      const fullName = [user["first_name"], user["last_name"]].filter(Boolean).join(" ").trim();
      await tx.query(`UPDATE public.users SET full_name = $1 WHERE id = $2`, [fullName, String(user["id"])]);
    }
    filled += users.length;
  });
  progress(`${filled} names filled`);
}
