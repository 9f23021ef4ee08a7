#!/usr/bin/env node
// CommonJS, unlike the rest: node starts it without its ES module loader, which a command that has nothing to do
// would otherwise pay for.
"use strict";

const { join } = require("node:path");

const program = join(__dirname, "../dist/cli.cjs");
const [first, ...more] = process.argv.slice(2);

if (more.length === 0 && (first === "--version" || first === "-V")) require(program);
else require("./code-cache.cjs").run(program, first);
