#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Node keeps what it compiled in its folder of temporary files, which makes every later start three times as fast.
enableCompileCache();
const [{ main }, { failUnwritten, outliveReaders, tellUncaught }] = await Promise.all([
  import('./command/main.ts'),
  import('./command/uncaught.ts'),
]);
outliveReaders();
failUnwritten('restorewatch');
tellUncaught('restorewatch');
const code = await main(process.argv.slice(2), process);
// After an interruption a connection that a server holds on to is not waited for.
if (code > 128) process.exit(code);
process.exitCode = code;
