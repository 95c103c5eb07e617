import { defineConfig } from 'vitest/config';

/** The course at a real terminal: minutes, so that it isn't part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/e2e/course/**/*.test.ts'],
    testTimeout: 600_000,
    pool: 'threads',
    maxWorkers: 1,
  },
});
