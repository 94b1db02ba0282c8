import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { HeaviestFirst } from './test/support/heaviest-first.ts';
import { missingServices } from './test/support/missing-services.ts';
import { ALONE, COMMANDS, COMPUTING, FAST } from './test/support/test-groups.ts';

// The workers inherit it, and so do the scripts that tests start: with it a script starts in half the time.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'restorewatch-compile-cache');

export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 20_000,
    // A connection of the server that stands in for MongoDB may refuse a name for good (`nameForTest` in test/support/mongo.ts). Tests whose names are
    // the same in each try wait for another one: others use the server meanwhile, and it takes the connection that came free last.
    retry: { count: 5, delay: 1_000, condition: /Unable to create the specified collection/ },
    // Every core; vitest's default leaves one to others, so that of two cores one would idle.
    maxWorkers: availableParallelism(),
    // Tests run side by side where they wait for time to pass, so that they wait together: more than any file has.
    maxConcurrency: 16,
    sequence: { sequencer: HeaviestFirst },
    // Modules are taken as Node takes them: vitest's guess reads the default export of @vercel/kv, which throws without its environment.
    deps: { interopDefault: false },
    reporters: ['default', missingServices()],
    projects: [
      { extends: true, test: { name: 'fast', include: FAST, isolate: false } },
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: [...FAST, ...ALONE, ...COMMANDS, ...COMPUTING], isolate: false },
      },
      { extends: true, test: { name: 'commands', include: COMMANDS, exclude: ALONE, isolate: false } },
      { extends: true, test: { name: 'alone', include: ALONE } },
      { extends: true, test: { name: 'computing', include: COMPUTING, experimental: { viteModuleRunner: false, nodeLoader: false } } },
    ],
  },
});
