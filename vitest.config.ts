import { defineConfig } from 'vitest/config';

// The end-to-end tests start the built command, so a build precedes the run (test/build.setup.ts).
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/build.setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Ink draws no frames where it believes to be in CI; the tests of the view draw on streams of their own.
    env: { CI: 'false' },
  },
});
