import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/*.test.ts'],
    testTimeout: 120_000,
    // Pseudo-terminals are children of a process, not of a thread that may end before them.
    pool: 'forks',
    maxWorkers: 1,
  },
});
