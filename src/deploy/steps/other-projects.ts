/**
 * Projects whose migrations are programs of another tool: lockstep does not run them, and an example beside them would
 * be taken for the beginning. They are told by the file that each of these tools has.
 */
import type { Files } from "../../ports/files.ts";

interface OtherTool {
  readonly title: string;
  readonly language: string;
  /** Below the project's folder, or one folder deeper. */
  readonly mark: RegExp;
}

const otherTools: readonly OtherTool[] = [
  { title: "Alembic", language: "Python", mark: /^alembic\.ini$/ },
  { title: "Django", language: "Python", mark: /^manage\.py$/ },
  { title: "Knex", language: "JavaScript", mark: /^knexfile\.[cm]?[jt]s$/ },
  { title: "Sequelize", language: "JavaScript", mark: /^\.sequelizerc$/ },
  { title: "Laravel", language: "PHP", mark: /^artisan$/ },
  { title: "Rails", language: "Ruby", mark: /^schema\.rb$/ },
];

export interface OtherProject {
  readonly title: string;
  readonly language: string;
  readonly path: string;
}

export async function findOtherProject(files: Files): Promise<OtherProject | undefined> {
  const root = await files.list("");
  const folders = root.filter(({ name, kind }) => kind === "folder" && !isAside(name));
  const paths = root.flatMap(({ name, kind }) => (kind === "file" ? [name] : []));
  for (const folder of folders) {
    for (const { name, kind } of await files.list(folder.name)) {
      if (kind === "file") paths.push(`${folder.name}/${name}`);
    }
  }
  for (const { title, language, mark } of otherTools) {
    const path = paths.find((each) => mark.test(each.slice(each.lastIndexOf("/") + 1)));
    if (path !== undefined) return { title, language, path };
  }
  return undefined;
}

function isAside(name: string): boolean {
  return name.startsWith(".") || name === "node_modules" || name === "vendor";
}

export function describeOther({ title, language, path }: OtherProject): string {
  return `${path}: migrations of ${title} are ${language}, and lockstep does not run them; it can begin with the schema that a database has`;
}

/** Of a database that the other tool has made. */
export const beginWithDatabase =
  "DATABASE_URL=... lockstep dump live > schema.sql, then: DATABASE_URL=... lockstep adopt --from none";
