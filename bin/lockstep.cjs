#!/usr/bin/env node
// CommonJS, unlike the rest: node starts it without its ES module loader, which a command that has nothing to do
// would otherwise pay for.
"use strict";

const { join } = require("node:path");

const program = join(__dirname, "../dist/cli.cjs");
const [first, ...more] = process.argv.slice(2);

if (more.length === 0 && (first === "--version" || first === "-V")) require(program);
else {
  // Without a listener a signal ends node on the spot, without a word. With one it is delivered when the program is
  // loaded, and src/cli/run.ts listens by then.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => undefined);
  require("./code-cache.cjs").run(program, first);
}
