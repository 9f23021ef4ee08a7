import { defineConfig, type UserConfig } from "tsdown";
import { thirdPartyLicenses } from "./scripts/third-party-licenses.ts";

const config: UserConfig = defineConfig({
  entry: { index: "src/index.ts", cli: "src/cli/main.ts" },
  format: "esm",
  platform: "node",
  logLevel: "error",
  target: "node20",
  dts: true,
  fixedExtension: false,
  clean: true,
  plugins: [thirdPartyLicenses()],
});

export default config;
