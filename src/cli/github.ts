/**
 * In GitHub Actions, what people would read in the log stands beside the code and on the run's summary page as well:
 * annotations on stderr, Markdown appended to the file that GITHUB_STEP_SUMMARY names. Loaded only there.
 */
import { appendFile } from "node:fs/promises";
import type { CommandResult, Environment } from "./command.ts";
import { githubAnnotation } from "./render/github.ts";
import { markdownError, markdownResult } from "./render/markdown.ts";

export interface GithubReport {
  /** The command's name, as it was typed. */
  readonly command: string;
  readonly environment: Environment;
}

/** The annotation, for stderr. */
export async function reportError(error: unknown, report: GithubReport): Promise<string> {
  await append(report, markdownError(report.command, error));
  return githubAnnotation(error);
}

const textLengthMax = 20_000;

export async function reportResult(result: CommandResult, report: GithubReport): Promise<void> {
  const { text, talk = "" } = result;
  // A dump or a plan of a whole schema is data for a file, not for a summary.
  const said = text.length > textLengthMax ? talk : text + talk;
  await append(report, markdownResult(report.command, said));
}

async function append({ environment }: GithubReport, markdown: string): Promise<void> {
  const file = environment["GITHUB_STEP_SUMMARY"] ?? "";
  if (file === "") return;
  // A summary that can't be written takes nothing away from what was done.
  await appendFile(file, `${markdown}\n`).catch(() => undefined);
}
