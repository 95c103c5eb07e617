import { defineConfig } from 'vitest/config';

/** The course at a real terminal: minutes, so that it isn't part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/e2e/course/**/*.test.ts'],
    testTimeout: 600_000,
    // Pseudo-terminals are children of a process, not of a thread that may end before them.
    pool: 'forks',
    maxWorkers: 1,
  },
});
