/** The example that `lockstep init` writes into an empty folder, as a value: named, headed, with its lock line. */
import { sha256 } from "../../core/hash.ts";
import { inferConvention, nextName } from "../../project/convention.ts";
import type { LockLine } from "../../project/lock.ts";
import { migrationTitle } from "../../project/migration-name.ts";
import { migrationTemplate } from "../../project/templates.ts";
import { meaningHash } from "../../sql/meaning.ts";

export interface Example {
  readonly words: readonly string[];
  readonly sql: string;
}

export interface ExampleFile {
  readonly path: string;
  readonly content: string;
  readonly lockLine: LockLine;
}

export function exampleFile({ words, sql }: Example, now: Date): ExampleFile {
  const convention = inferConvention([], "migrations");
  const { id } = nextName(convention, { words, choice: "timestamp", now });
  const date = now.toISOString().slice(0, 10);
  const title = migrationTitle(words);
  const header = migrationTemplate({ id, title, author: undefined, date, down: undefined });
  const content = `${header.trimEnd()}\n${sql}`;
  const bytesHash = sha256(content);
  const fingerprints = { kind: "none" as const };
  const lockLine = { id, bytesHash, meaningHash: meaningHash(content), fingerprints };
  return { path: `migrations/${id}.sql`, content, lockLine };
}
