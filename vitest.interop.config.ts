import { defineConfig } from 'vitest/config';

/** Tests with clients of other makers; what isn't on the machine is skipped, aloud. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
  },
});
