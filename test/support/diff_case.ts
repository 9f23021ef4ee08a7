/**
 * One case of the diff corpora or of test/cases/diff: a folder with two complete schemas, and perhaps rows for the
 * first and roles that both need.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../src/ports/database.ts";
import { splitScript } from "../../src/sql/split.ts";
import { type CaseServer, type DirectionResult, runPair } from "./schema_pair.ts";
import { databaseOf } from "./sessions.ts";

export async function runCase(
  server: CaseServer,
  folder: string,
): Promise<readonly DirectionResult[]> {
  const read = (name: string): string | undefined => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  const cluster = read("cluster.sql");
  if (cluster !== undefined) {
    const admin = await databaseOf(server.url).connect();
    await admin.script(cluster).catch(() => undefined);
    await admin.close();
  }
  const seed = read("seed.sql");
  const load =
    (name: string) =>
    async (session: Session): Promise<string | undefined> =>
      await loadScript(session, { name, text: read(name) ?? "" });
  return await runPair(server, {
    before: load("before.sql"),
    after: load("after.sql"),
    ...(seed === undefined ? {} : { seed }),
  });
}

export interface NamedScript {
  readonly name: string;
  readonly text: string;
}

/** As psql does: statement by statement, and with the data that follows a COPY. Resolves to why it could not. */
export async function loadScript(
  session: Session,
  { name, text }: NamedScript,
): Promise<string | undefined> {
  try {
    for (const piece of splitScript(text)) {
      if (piece.kind === "statement") await session.script(piece.text);
      else if (piece.kind === "copy")
        await session.copyIn(piece.text, [
          Buffer.from(text.slice(piece.data.start, piece.data.end)),
        ]);
    }
    await session.script("reset all");
    return undefined;
  } catch (error) {
    return `${name}: ${String(error)}`;
  }
}
