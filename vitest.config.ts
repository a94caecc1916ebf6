import { defineConfig } from 'vitest/config';

// The end-to-end tests start the built command, so a build precedes the run (test/build.setup.ts).
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/build.setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
