import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const shared = { environment: "node" as const, testTimeout: 180_000, hookTimeout: 180_000 };
const elsewhere = ["node_modules/**", ".next/**", ".data*/**", "e2e/**"];

export default defineConfig({
  test: {
    // One that waits for the database leaves its core to another, where there are only two as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...elsewhere, "**/*.db.test.ts"],
        },
      },
      {
        test: {
          ...shared,
          name: "db",
          // Many programs at once on a small machine: a test is asked twice, and the report says which.
          retry: 1,
          include: ["**/*.db.test.ts"],
          exclude: elsewhere,
          globalSetup: ["db/testing-setup.ts"],
        },
      },
    ],
  },
});
