import { describe, expect, test } from 'vitest';
import { type LoggedRun, readingsOf, runActs } from '../../../lib/domain/evidence/run-acts.ts';
import { emptyHead } from '../../../lib/domain/incidents/head.ts';
import { EMPTY_MEMORY } from '../../../lib/domain/memory/memory.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { finding, NOW, row, wider } from '../../app/recorded.ts';

function detailsOf(change: Partial<LoggedRun>): Readonly<Record<string, string>> {
  const logged: LoggedRun = {
    run: { runId: 'r1', startedAt: NOW, finishedAt: NOW, complete: true },
    changes: null,
    memory: EMPTY_MEMORY,
    readings: { clusters: 0, unknown: [] },
    digests: { memory: 'm', view: 'v' },
    beganAfter: null,
    policy: { stated: '{}', digest: 'd' },
    interval: HOUR,
    ...change,
  };
  return runActs(emptyHead(NOW), logged).at(-1)?.details ?? {};
}

describe('what a check read', () => {
  const blind = finding({ verdict: 'unknown' });

  test.for([
    ['nothing, where every verdict is known', [row('orders')], [], []],
    ['a cluster whose verdict is unknown', [row('orders', { verdict: 'unknown' }), row('events')], [], ['orders (shop)']],
    [
      'a failing cluster of which one promise is unknown',
      [row('orders', { verdict: 'failing', findings: [blind] })],
      [],
      ['orders (shop)'],
    ],
    [
      'a project, once and before its clusters',
      [row('orders', { verdict: 'unknown' })],
      [wider('shop', blind), wider('shop', blind)],
      ['project shop', 'orders (shop)'],
    ],
    ['no project whose finding is known', [], [wider('shop', { verdict: 'failing' })], []],
  ] as const)('is unknown of %s', ([, clusters, others, unknown]) =>
    expect(readingsOf({ clusters, wider: others })).toEqual({ clusters: clusters.length, unknown }),
  );

  test.for([
    [0, undefined],
    [1, 'c1'],
    [5, 'c1, c2, c3, c4, c5'],
    [6, 'c1, c2, c3, c4, c5, 1 other'],
  ] as const)('stands in the log with its number, and the first five names of %i', ([count, names]) => {
    const unknown = Array.from({ length: count }, (_, index) => `c${index + 1}`);
    const details = detailsOf({ readings: { clusters: 9, unknown } });
    expect([details['clusters'], details['unknown'], details['unknown of']]).toEqual(['9', String(count), names]);
  });
});

test.for([
  ['vercel', 'vercel'],
  [undefined, undefined],
] as const)('the entry of a check whose caller’s name is %s names the trigger %s', ([trigger, named]) => {
  const run = { runId: 'r1', startedAt: NOW, finishedAt: NOW, complete: true, ...(trigger && { trigger }) };
  expect(detailsOf({ run })['trigger']).toBe(named);
});
