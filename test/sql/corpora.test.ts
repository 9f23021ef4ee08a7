import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkScript } from "../../src/sql/check.ts";
import { meaningHash } from "../../src/sql/meaning.ts";
import { loadParser, type Parser } from "../../src/sql/parse.ts";
import { splitScript } from "../../src/sql/split.ts";

const corpora = "../shared/corpora";
const isPresent = existsSync(corpora);

/** Files that are not SQL as they stand, and why. */
const exceptions: readonly (readonly [RegExp, string])[] = [
  [/^histories\/supabase-auth\//, "templates that its own tool fills in"],
  [
    /^histories\/crates-io\/20170318181441_downloads_need_no_id\/down\.sql$/,
    "a semicolon is missing",
  ],
  [
    /^histories\/hatchet\/20250519145912_v1_0_21\.sql$/,
    "up and down in one file, the last statement of the first ended by a mark instead of a semicolon",
  ],
];

function files(): readonly string[] {
  return ["schemas", "histories"].flatMap((folder) =>
    readdirSync(join(corpora, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".sql"))
      .map((entry) => relative(corpora, join(entry.parentPath, entry.name)).replaceAll("\\", "/")),
  );
}

describe.skipIf(!isPresent)(
  `real schemas and migrations (skipped where ${corpora} is not there)`,
  () => {
    let parser: Parser;
    beforeAll(async () => {
      parser = await loadParser();
    });

    test("are split, parsed and checked, but for what is no SQL", () => {
      const faults: string[] = [];
      let statements = 0;
      for (const file of files()) {
        const source = { file, text: readFileSync(join(corpora, file), "utf8") };
        const variables = ["GRAPHILE_WORKER_SCHEMA"];
        const check = checkScript(source, { parser, variables });
        statements += check.statementCount;
        const isException = exceptions.some(([pattern]) => pattern.test(file));
        for (const { code, message, where, severity } of check.findings) {
          if (severity !== "error" || isException) continue;
          faults.push(`${file}:${where?.line}:${where?.column} ${code} ${message}`);
        }
      }
      expect(faults).toEqual([]);
      expect(statements).toBeGreaterThan(5_000);
    });

    test("are their pieces, and mean the same with other line ends and comments between statements", () => {
      for (const file of files()) {
        const text = readFileSync(join(corpora, file), "utf8");
        let at = 0;
        let rewritten = "";
        for (const piece of splitScript(text)) {
          expect(piece.leadingStart).toBe(at);
          at = piece.fullEnd;
          rewritten += `\r\n-- rewritten\r\n${text.slice(piece.start, piece.fullEnd)}`;
          // The last statement of a file may lack its semicolon.
          if (piece.kind === "statement" && piece.terminator === "end") rewritten += "\n;";
        }
        expect(meaningHash(rewritten), file).toBe(meaningHash(text));
      }
    });
  },
);
