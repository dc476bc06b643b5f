import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/postgres.ts"],
    pool: "forks",
    // Files share three processes, and import the tree once in each: that saves a fifth of the time. No test may rely on a fresh process.
    isolate: false,
    // One more than the machines it is measured on have cores: many tests wait for programs they have started.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
