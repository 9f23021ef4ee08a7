/**
 * Keeps the compiled form of our own files and of libpg-query's between runs: compiling them is a tenth of what a
 * deploy with nothing to do takes. Node has this from 22 on, but keeps only what the first run used, in a folder
 * that all users share. It must never run what somebody else could have put there: a folder or a file that is not
 * this user's, or that others may write to, is not looked at. Whatever does not fit, or cannot be read or written,
 * is as if it were not there.
 */
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { homedir } = require("node:os");
const { basename, dirname, join, resolve } = require("node:path");
const { Script } = require("node:vm");

/** So many ways through the program are told apart before a file is left as it is. */
const waysMax = 32;
const filesMax = 400;
const digestLength = 64;
/** Below, compiling takes no longer than looking for what was kept. */
const keptBytesMin = 4096;

/** Loads `program` with all that it needs; `word` is the command, since each uses other functions. */
exports.run = function run(program, word) {
  const base = cacheFolder();
  if (base === undefined) return require(program);
  const folder = join(base, `${process.version}-${process.arch}`);
  const loader = createLoader(isOurs(base) && isOurs(folder) ? folder : undefined);
  process.once("exit", () => {
    // The same command runs other functions when there is something to do, which the number of files tells.
    // What is no word may be a secret that was mistyped.
    const command = /^[a-z]{1,20}$/.test(word) ? word : "";
    const fresh = loader.lacking(`${command} ${loader.count()}`);
    if (fresh.length === 0 || !makeFolder(base) || !makeFolder(folder)) return;
    loader.engine()?.restore();
    for (const file of fresh) keep(join(folder, file.name), file);
    dropOldest(folder);
  });
  return loader.load(program);
};

/** As src/adapters/scratch/cache-folder.ts finds it, but never a folder that all users share. */
function cacheFolder() {
  const { LOCKSTEP_CACHE, XDG_CACHE_HOME, HOME, LOCALAPPDATA, NODE_DISABLE_COMPILE_CACHE } =
    process.env;
  if (NODE_DISABLE_COMPILE_CACHE) return undefined;
  if (LOCKSTEP_CACHE) return join(resolve(LOCKSTEP_CACHE), "code");
  if (process.platform === "win32") {
    return LOCALAPPDATA ? join(LOCALAPPDATA, "lockstep", "cache", "code") : undefined;
  }
  const home = HOME || homedir();
  const base = XDG_CACHE_HOME || (home && join(home, ".cache"));
  return base ? join(base, "lockstep", "code") : undefined;
}

/** `require`, but for the files that are kept. */
function createLoader(folder) {
  const files = new Map();
  let engine;

  const load = (path) => {
    const known = files.get(path);
    if (known !== undefined) return known.module.exports;
    const bytes = fs.readFileSync(path);
    const source = digest(bytes);
    // Names of the program's own files have a hash in them, libpg-query's are the only others.
    const name = basename(path);
    const isWorthIt = folder !== undefined && bytes.length >= keptBytesMin;
    const kept = isWorthIt ? readKept(join(folder, name), source) : undefined;
    const wrapped = `(function (exports, require, module, __filename, __dirname) { ${bytes.toString("utf8")}\n})`;
    engine?.restore();
    const script = new Script(wrapped, { filename: path, cachedData: kept?.data });
    engine?.tune();
    const module = { exports: {} };
    const ways = script.cachedDataRejected === false ? kept.ways : [];
    files.set(path, { name, module, script, source, ways, length: bytes.length });
    script.runInThisContext()(module.exports, requireFrom(path), module, path, dirname(path));
    return module.exports;
  };

  const requireFrom = (path) => {
    const home = dirname(path);
    let others;
    return (id) => {
      if (id.startsWith("./")) return load(join(home, id));
      // Node's own are the same for whoever asks.
      if (id.startsWith("node:")) return require(id);
      others ??= require("node:module").createRequire(path);
      if (id !== "libpg-query") return others(id);
      engine ??= require("./engine.cjs");
      engine.tune();
      return load(others.resolve(id));
    };
  };

  return {
    load,
    count: () => files.size,
    engine: () => engine,
    lacking: (way) =>
      [...files.values()]
        .filter(({ length }) => length >= keptBytesMin)
        .filter(({ ways }) => !ways.includes(way) && ways.length < waysMax)
        .map((file) => ({ ...file, ways: [...file.ways, way] })),
  };
}

/** `digest of the rest`, a line of JSON, the compiled code. */
function readKept(path, source) {
  try {
    const bytes = readPrivately(path);
    const rest = bytes.subarray(digestLength);
    if (bytes.toString("latin1", 0, digestLength) !== digest(rest)) return undefined;
    const end = rest.indexOf(10);
    const head = JSON.parse(rest.toString("utf8", 0, end));
    return head.source === source ? { ways: head.ways, data: rest.subarray(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

/** A name of its own first, so that nobody reads half a file. */
function keep(path, { script, source, ways }) {
  const unfinished = `${path}.${process.pid}`;
  try {
    const head = `${JSON.stringify({ source, ways })}\n`;
    const rest = Buffer.concat([Buffer.from(head), script.createCachedData()]);
    const whole = Buffer.concat([Buffer.from(digest(rest)), rest]);
    fs.writeFileSync(unfinished, whole, { mode: 0o600, flag: "wx" });
    fs.renameSync(unfinished, path);
  } catch {
    fs.rmSync(unfinished, { force: true });
  }
}

/** Of versions that are gone. */
function dropOldest(folder) {
  try {
    const paths = fs.readdirSync(folder).map((name) => join(folder, name));
    if (paths.length <= filesMax) return;
    const age = new Map(paths.map((path) => [path, fs.statSync(path).mtimeMs]));
    paths.sort((left, right) => age.get(left) - age.get(right));
    for (const path of paths.slice(0, paths.length - filesMax / 2)) fs.rmSync(path);
  } catch {
    // Somebody else is at it.
  }
}

function readPrivately(path) {
  const file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
  try {
    const stats = fs.fstatSync(file);
    return stats.isFile() && isPrivate(stats) ? fs.readFileSync(file) : Buffer.alloc(0);
  } finally {
    fs.closeSync(file);
  }
}

/** Whether it is there now, and ours. */
function makeFolder(folder) {
  try {
    // The folder above holds the embedded servers, whose user has to reach them.
    fs.mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch {
    // The look at it tells whether it was there before or cannot be.
  }
  return isOurs(folder);
}

function isOurs(folder) {
  try {
    const stats = fs.lstatSync(folder);
    return stats.isDirectory() && isPrivate(stats);
  } catch {
    return false;
  }
}

function isPrivate(stats) {
  const uid = process.geteuid?.();
  return uid === undefined || (stats.uid === uid && (stats.mode & 0o022) === 0);
}

function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
