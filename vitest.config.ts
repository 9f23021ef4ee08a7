import type { ViteUserConfig } from "vitest/config";
import { CountReporter } from "./test/support/count-reporter.ts";

const config: ViteUserConfig = {
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    reporters: ["default", new CountReporter()],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Other people's jobs share the machine there; who needed the second try is named at the end.
    retry: process.env["CI"] === undefined ? 0 : 1,
    maxWorkers: 2,
  },
};

export default config;
