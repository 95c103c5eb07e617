import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/e2e/**', 'test/interop/**', 'test/long/**', 'node_modules/**'],
    testTimeout: 60_000,
    pool: 'threads',
    maxWorkers: 2,
    isolate: false,
  },
});
