// Fills users.full_name from the first and last names, then makes it obligatory for later code to rely on.
import type { MigrationDatabase } from "pg-lockstep";

export async function up(db: MigrationDatabase): Promise<void> {
  const { rows: users } = await db.query(`SELECT id, first_name, last_name FROM public.users WHERE full_name IS NULL`);
  for (const user of users) {
    const fullName = [user["first_name"], user["last_name"]].filter(Boolean).join(" ").trim();
    await db.query(`UPDATE public.users SET full_name = $1 WHERE id = $2`, [fullName, String(user["id"])]);
  }
}
