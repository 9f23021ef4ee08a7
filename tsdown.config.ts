import { defineConfig, type UserConfig } from "tsdown";
import { startChunk } from "./scripts/start-chunk.ts";
import { thirdPartyLicenses } from "./scripts/third-party-licenses.ts";

const common: UserConfig = {
  platform: "node",
  logLevel: "error",
  target: "node20",
  fixedExtension: false,
};

/** The library is ESM; the command is CommonJS, which node starts sooner (docs/benchmarks.md). */
const configs: readonly UserConfig[] = defineConfig([
  {
    ...common,
    entry: { index: "src/index.ts" },
    format: "esm",
    dts: true,
    clean: true,
    plugins: [thirdPartyLicenses()],
  },
  {
    ...common,
    entry: { cli: "src/cli/main.ts" },
    format: "cjs",
    outExtensions: () => ({ js: ".cjs" }),
    shims: true,
    dts: false,
    clean: false,
    outputOptions: {
      dynamicImportInCjs: false,
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [{ name: startChunk() }],
      },
    },
  },
]);

export default configs;
