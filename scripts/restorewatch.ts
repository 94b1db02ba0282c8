#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Node keeps what it compiled in its folder of temporary files, which makes every later start three times as fast.
enableCompileCache();
const [{ main }, { failUnwritten, outliveReaders, tellUncaught }] = await Promise.all([
  import('./command/main.ts'),
  import('./process/uncaught.ts'),
]);
outliveReaders();
failUnwritten('restorewatch');
tellUncaught('restorewatch');
const code = await main(process.argv.slice(2), process);
process.exitCode = code;
// What was written is waited for, and a connection that a server holds on to is not; after an interruption neither.
if (code <= 128) await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
process.exit();
