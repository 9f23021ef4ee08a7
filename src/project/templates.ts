/** What `lockstep new` and `lockstep init` write into files, as texts that a person would have begun with. */
import { headerKeys } from "./header.ts";
import type { DownStyle } from "./convention.ts";

export interface TemplateFacts {
  readonly id: string;
  readonly title: string;
  readonly author: string | undefined;
  /** Of the day, such as 2026-11-20. */
  readonly date: string;
  readonly down: DownStyle | undefined;
}

/** What stands below the header, where something is known already. */
export interface TemplateBody {
  readonly up: string | undefined;
  /** Where the way back is a section of the same file. */
  readonly down: string | undefined;
}

export function migrationTemplate(facts: TemplateFacts, body?: TemplateBody): string {
  const header = headerLines(facts).join("\n");
  const { up = "", down = "" } = body ?? {};
  if (facts.down?.kind !== "section") return up === "" ? `${header}\n\n` : `${header}\n${up}`;
  const mark = facts.down.up === undefined ? "" : `${facts.down.up}\n`;
  return `${header}\n\n${mark}${up}\n${facts.down.down}\n${down}\n`;
}

function headerLines(facts: TemplateFacts): readonly string[] {
  return [
    `-- ${headerKeys.title}: ${facts.title}`,
    `-- ${headerKeys.description}:`,
    ...(facts.author === undefined ? [] : [`-- ${headerKeys.author}: ${facts.author}`]),
    `-- ${headerKeys.date}: ${facts.date}`,
    `-- ${headerKeys.reversible}: ${facts.down === undefined ? "no" : "yes"}`,
  ];
}

export function downTemplate({ id, date }: Pick<TemplateFacts, "id" | "date">): string {
  return `-- The way back of ${id}\n-- ${headerKeys.date}: ${date}\n\n`;
}

export function dataMigrationTemplate({ title }: Pick<TemplateFacts, "title">): string {
  return `/** ${title.replaceAll("*/", "* /")} */

interface Client {
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}

export async function up(db: Client): Promise<void> {
  await db.query("select 1");
}
`;
}

/** What an empty folder begins with. */
export const exampleMigration = {
  words: ["create", "notes"],
  sql: `
create table notes (
  id bigint generated always as identity primary key,
  body text not null,
  created_at timestamptz not null default now()
);

comment on table notes is 'An example: change it, or delete this file and run lockstep new NAME.';
`,
} as const;
