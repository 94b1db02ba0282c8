import { expect, test } from 'vitest';
import { collect } from '../../lib/collect/collect.ts';
import { startHarness } from './harness.ts';

test('a fault of this program is given to the log, each once a run, and what Atlas refuses is not', async () => {
  const { client, atlas, time, deadline } = await startHarness();
  for (const name of ['a', 'b', 'c']) atlas.addProject('shop').addCluster(name);
  const faulty: typeof client = {
    get: (...asked) => client.get(...asked),
    list: async (operation, ...asked) => {
      if (operation === 'listClusterSnapshots') throw new TypeError('snapshots is undefined');
      return client.list(operation, ...asked);
    },
  };
  atlas.fault(/alerts/, { kind: 'status', status: 403 });
  const logged: unknown[] = [];
  await collect({ client: faulty, projectIds: null, hints: { projects: {} }, now: time.now, deadline, log: (error) => logged.push(error) });
  expect(logged).toEqual([new TypeError('snapshots is undefined')]);
});
