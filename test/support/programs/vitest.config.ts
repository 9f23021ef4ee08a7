import type { ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = {
  test: {
    include: ["test/support/programs/endless-run.ts"],
    root: process.cwd(),
    globalSetup: ["test/support/global-setup.ts"],
    maxWorkers: 1,
  },
};

export default config;
