import { defineConfig } from 'vitest/config';
import { missingServices } from './test/support/missing-services.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 20_000,
    // Modules are taken as Node takes them: vitest's guess reads the default export of @vercel/kv, which throws without its environment.
    deps: { interopDefault: false },
    reporters: ['default', missingServices()],
  },
});
