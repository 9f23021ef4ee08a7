/**
 * How files are read for a plan: the parser, the server's version, what psql would know of the connection, and the
 * questions that only the server or the project's folder can answer.
 */
import { textOf } from "../../ledger/row.ts";
import type { ScriptOptions } from "../../plan/script.ts";
import { ServerError, type Session } from "../../ports/database.ts";
import { decodeText } from "../../project/decode.ts";
import type { Project } from "../../project/project.ts";
import { loadParser } from "../../sql/parse.ts";
import type { PsqlConnection } from "../../sql/psql/actions.ts";
import type { DeployPorts } from "../ports.ts";
import { hashedFiles } from "./as-hashed.ts";

/** What was asked already, and what is to be done before anything else is. */
export interface Asking {
  readonly connection?: PsqlConnection;
  /** The server is going to be asked something that may fail, and with it an open transaction. */
  readonly before?: () => Promise<void>;
}

export async function scriptOptions(
  ports: Pick<DeployPorts, "files">,
  project: Project,
  session: Session,
  asking: Asking = {},
): Promise<ScriptOptions> {
  const [connection, parser] = await Promise.all([
    asking.connection ?? connectionOf(session),
    loadParser(),
  ]);
  const hashed = hashedFiles(ports.files, project);
  return {
    parser,
    major: session.server.major,
    variables: project.config.variables,
    connection,
    readFile: async (candidates) => {
      const found = await hashed.read(candidates);
      if (found === undefined) return undefined;
      return { file: found.file, text: decodeText(found.bytes, found.file).text };
    },
    hashOf: hashed.hashOf,
    serverTakes: async (statement) => {
      await asking.before?.();
      return await serverTakes(session, statement);
    },
  };
}

/** What psql would know of it. */
export async function connectionOf(session: Session): Promise<PsqlConnection> {
  const [row] = await session.query(
    "select pg_catalog.current_database()::text as database, session_user::text as user_name",
  );
  if (row === undefined) return { database: "" };
  const serverVersion = `${session.server.versionNumber}`;
  return { database: textOf(row, "database"), user: textOf(row, "user_name"), serverVersion };
}

/**
 * PL/pgSQL has the server's own grammar read every statement of a block before the block runs, and this block ends
 * before it reaches the statement.
 */
async function serverTakes(session: Session, statement: string): Promise<boolean> {
  const body = `begin return; ${statement}\n; end`;
  const tag = ["$lockstep$", "$lockstep_probe$", "$lockstep_probe_2$"].find(
    (candidate) => !body.includes(candidate),
  );
  if (tag === undefined) return false;
  try {
    await session.script(`do language plpgsql ${tag}${body}${tag}`);
    return true;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return error.sqlState !== "42601";
  }
}
