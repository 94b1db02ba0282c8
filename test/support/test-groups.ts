/** Tests without processes, servers, time or state of their own: `npm run test:fast`. */
export const FAST = ['test/{config,domain,evaluate,reconcile,render,route,runbooks}/**/*.test.ts', 'test/project/!(lint|services).test.ts'];

/**
 * Tests whose files each have a process of their own: those that change the environment, which the routes read once for a process, replace modules or the
 * machine's timers, or run for long with much memory (test/project/test-groups.test.ts). All others but those of COMPUTING share the modules of a worker,
 * which loads each module once: that halves the CPU time of test/people and test/deliver (33 s against 64 s).
 */
export const ALONE = [
  'test/{e2e,scripts/demo}/**/*.test.ts',
  'test/scripts/{command/commands,process/env-files,recovery/restore,recovery/silent-server,start/mark-request,watch/doctor}.test.ts',
  'test/app/{accept-api,acknowledge-all,anonymous-requests,evidence-export,evidence-key,incidents-api,log,metrics,openapi-true,proxy,proxy-paths,read-cluster-page,records-api,short-link,sign-out,silences-api,viewers}.test.ts',
  'test/app/lists/{pages,periods,unreadable}.test.ts',
  'test/recovery/dump/interlock/silent-server.test.ts',
  'test/wire/load-environment.test.ts',
  'test/people/{counted-lines,sign-in/sign-in,webhooks/audit,webhooks/machine}.test.ts',
];

/**
 * Tests that compute for long, each file in a process of its own too. Node imports their modules itself: through Vitest's own loader every use of an
 * import is a call of a getter, and a simulated year takes 15 s of CPU time instead of 12 s. They can use neither JSX nor `vi.mock`.
 */
export const COMPUTING = ['test/{score,simulation}/**/*.test.ts'];

/**
 * Tests of commands, which share the modules of a worker too, since each begins without what an earlier one read (test/scripts/run.ts): a fifth less CPU time
 * than a process a file. Among themselves alone, because what they leave in memory makes others slower.
 */
export const COMMANDS = ['test/scripts/**/*.test.ts'];
