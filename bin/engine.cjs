/**
 * V8 for a process that lives half a second. It compiles what runs often a second time, in the background, and half
 * of the processor time of a deploy of two hundred small files would go into that before it pays. So libpg-query
 * stays as V8's first compiler makes it, which parses as fast, and JavaScript is optimised later: work that takes
 * long gets there all the same. A function of libpg-query is validated when it is compiled, which most never are.
 * Only the command does this; the library changes nothing in its process. The flags
 * are part of what compiled code is recognised by, so they are put back while any is read and before any is kept.
 */
"use strict";

const { setFlagsFromString } = require("node:v8");

/** Ours, and V8's own. */
const parser = [
  ["--no-wasm-tier-up", "--wasm-tier-up"],
  ["--no-wasm-dynamic-tiering", "--wasm-dynamic-tiering"],
];
const lazyParser = [...parser, ["--wasm-lazy-validation", "--no-wasm-lazy-validation"]];

/** By V8's version, since a flag that it does not know makes it complain. Where nothing was gained there is nothing. */
const flags = {
  11.3: [...lazyParser, ["--interrupt-budget=1000000", "--interrupt-budget=67584"]],
  12.4: lazyParser,
  13.6: parser,
};

const ofThis = flags[process.versions.v8.split(".", 2).join(".")] ?? [];

exports.tune = function tune() {
  for (const [ours] of ofThis) setFlagsFromString(ours);
};

exports.restore = function restore() {
  for (const [, theirs] of ofThis) setFlagsFromString(theirs);
};
