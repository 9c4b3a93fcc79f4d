import { defineConfig } from 'vitest/config';

/** Real nodes, real browsers: one file after the other, one cluster shared by a file. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts', 'test/conformance/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    globalSetup: ['test/support/e2e-setup.ts'],
    sequence: { concurrent: false },
    maxConcurrency: 16,
  },
});
