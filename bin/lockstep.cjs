#!/usr/bin/env node
// CommonJS, unlike the rest: node starts it without its ES module loader, which a command that has nothing to do
// would otherwise pay for.
// Node 22 and later keep compiled code between runs.
require("node:module").enableCompileCache?.();
require("../dist/cli.cjs");
