/** A database's name, before it is sent: one that the server would cut is another database's name. */
import { LockstepError } from "../../../core/errors.ts";
import { truncateIdentifier } from "../../../sql/quote.ts";

export function checkDatabaseName(name: string): void {
  const refuse = (why: string): never => {
    throw new LockstepError("DATABASE.NAME", `the database's name ${why}`, { data: { name } });
  };
  if (name === "") refuse("is empty");
  if (name.includes("\u0000")) refuse("holds the character NUL");
  // createdb takes them; a line break in a name has no other use than to fool who reads a log.
  if (/[\r\n]/.test(name)) refuse("holds a line break");
  if (truncateIdentifier(name) !== name) {
    refuse("is longer than 63 bytes: the server would cut it and mean another database");
  }
}
