/**
 * `npm run test:mutations`: damages files of the corpora that stand beside the repository, as bad disks, editors and
 * merges do, and reads each as a deploy does before its first statement. Ends with 1 when one is answered with
 * anything but a coded error, or takes longer than it may. The same seed damages the same files in the same way.
 *
 *     npm run test:mutations [-- --seconds 60 --seed 1]
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LockstepError } from "../src/core/errors.ts";
import { readScript } from "../src/plan/script.ts";
import { decodeText } from "../src/project/decode.ts";
import { splitSections } from "../src/project/sections.ts";
import { loadParser, type Parser } from "../src/sql/parse.ts";
import { corporaFolder, corporaPresent } from "./corpora/folder.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string", default: "1" } },
});

/** What files that were damaged, or written for something else, hold. */
const scraps: readonly string[] = [
  ..."\u00a0 \ufeff \0 $$ $a$ ' \" /* */ -- \\ ; ( ) E'\\ U&'\\ :x :'x' ${x} {{ \\; begin; commit;".split(
    " ",
  ),
  "\\if true\n",
  "\\endif\n",
  "\\gset\n",
  "\\copy a from b\n",
  "\\i x\n",
  "\\connect x\n",
  "\\set x `id`\n",
  "\\restrict a\n",
  "copy t from stdin;\n",
  "\\.\n",
  "EOF < /dev/null",
  "\r",
  "-- migrate:down\n",
  "-- lockstep: backfill\n",
];

const bytesMax = 40_000;
const msMax = 5_000;

type Chance = (below: number) => number;

/** A linear congruential generator, so that a seed is a reproduction. */
function chanceOf(seed: number): Chance {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const damages: readonly ((bytes: Buffer, at: number, chance: Chance) => Buffer)[] = [
  (bytes, at, chance) => {
    const flipped = Buffer.from(bytes);
    if (at < flipped.length) flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << chance(8)), at);
    return flipped;
  },
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, chance) =>
    Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(scraps[chance(scraps.length)] ?? ""),
      bytes.subarray(at),
    ]),
  (bytes, at, chance) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + chance(200))]),
  (bytes, at, chance) =>
    Buffer.concat([
      bytes.subarray(0, at),
      bytes.subarray(at, at + chance(2000)),
      bytes.subarray(at),
    ]),
];

function damaged(bytes: Buffer, chance: Chance): Buffer {
  let result = bytes;
  for (let times = 1 + chance(3); times > 0; times -= 1) {
    const damage = damages[chance(damages.length)];
    result = damage?.(result, chance(result.length + 1), chance) ?? result;
  }
  return result;
}

/** As a deploy does before it changes anything. */
async function read(parser: Parser, bytes: Buffer, path: string): Promise<void> {
  const { up } = splitSections(path, decodeText(bytes, path).text);
  const options = {
    parser,
    major: 18,
    variables: {},
    connection: { database: "app" },
    readFile: async () => ({ file: "x", text: "select 1;" }),
    hashOf: () => undefined,
    serverTakes: async () => true,
  };
  await readScript(up, options, () => undefined);
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".sql"));
  return found.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
}

async function main(): Promise<number> {
  const parser = await loadParser();
  const folders = [join(corporaFolder, "histories"), join(corporaFolder, "schemas")];
  const files = (await Promise.all(folders.map(filesOf))).flat();
  const chance = chanceOf(Number(values.seed));
  const until = Date.now() + Number(values.seconds) * 1000;
  const tally = { tried: 0, refused: 0 };
  const faults: string[] = [];
  while (Date.now() < until) {
    const path = files[chance(files.length)] ?? "";
    const bytes = await readFile(path);
    if (bytes.length > bytesMax) continue;
    tally.tried += 1;
    const startedAt = Date.now();
    try {
      await read(parser, damaged(bytes, chance), path);
    } catch (error) {
      if (error instanceof LockstepError && error.code !== "INTERNAL.BUG") tally.refused += 1;
      else faults.push(`${path}, damage ${tally.tried}: ${String(error)}`);
    }
    const tookMs = Date.now() - startedAt;
    if (tookMs > msMax) faults.push(`${path}, damage ${tally.tried}: took ${tookMs} ms`);
  }
  process.stdout.write(
    `${faults.map((fault) => `${fault}\n`).join("")}${tally.tried} damaged files, ${tally.refused} refused by code, ${faults.length} otherwise\n`,
  );
  return faults.length === 0 && tally.tried > 0 ? 0 : 1;
}

if (corporaPresent) process.exitCode = await main();
else process.stdout.write("the corpora are not beside the repository: nothing was tried\n");
