import { describe, expect, test } from 'vitest';
import { type AuditLog, type DailyFact, notPermitted } from '../../../lib/domain/facts/daily-facts.ts';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { Finding } from '../../../lib/domain/findings/finding.ts';
import { DAY, HOUR } from '../../../lib/domain/time.ts';
import { cluster, daily, factsOf, inWords, NOW, project, UNREAD, watcher } from '../../support/facts.ts';

const ON = known({ enabled: true }, NOW);
const OFF = known({ enabled: false }, NOW);
const REFUSED = notPermitted('Project Owner', 'getAuditLog p1: 403 USER_UNAUTHORIZED');

type Answer = DailyFact<AuditLog>;

/** The findings of runs a day apart. */
function after(answers: readonly Answer[], kind: 'replicaSet' | 'flex' | 'free' = 'replicaSet'): Finding | undefined {
  const watching = watcher();
  const found = answers.map((auditLog, index) => {
    const at = NOW + index * DAY;
    return watching
      .read(factsOf([project([cluster(at, { kind })], at, { daily: daily(at, { auditLog }) })], at))
      .finding('access-logging', null);
  });
  return found.at(-1);
}

describe('access-logging', () => {
  test.for<[string, readonly Answer[], string]>([
    ['is ok where database auditing is on', [ON], 'ok'],
    ['is info where it is off', [OFF], 'failing info'],
    ['is info where it was switched off', [ON, OFF], 'failing info'],
    ['is ok again where it was switched on', [OFF, ON], 'ok'],
    ['is not watched where the role was never there', [REFUSED, REFUSED], 'exempt'],
    ['is info where the role was taken away', [ON, REFUSED], 'failing info'],
    ['is ok where the role was given back', [ON, REFUSED, ON], 'ok'],
    ['is watched from the day on which the role is given', [REFUSED, OFF], 'failing info'],
    ['is unknown where the answer cannot be read', [UNREAD], 'unknown'],
    ['is unknown where a later answer cannot be read', [ON, UNREAD], 'unknown'],
  ])('%s', ([, answers, words]) => expect(inWords(after(answers))).toBe(words));

  test('names the role that it needs', () => expect(after([REFUSED])?.summary).toBe('not watched: needs the role Project Owner'));

  test('says since when it is refused, and when it was last said', () =>
    expect(after([ON, REFUSED, REFUSED])?.summary).toBe(
      'not watched: Atlas has refused to say whether database auditing is on since 2026-11-23T12:00:00Z, and last said it at 2026-11-22T12:00:00Z; needs the role Project Owner',
    ));

  test('says of which time its answer is', () => {
    const watching = watcher();
    watching.look({ project: { daily: daily(NOW) } });
    const later = watching.look({ at: NOW + 5 * HOUR, project: { daily: {} } });
    expect(later.finding('access-logging', null)?.summary).toBe('database auditing is on, as of 2026-11-22T12:00:00Z');
  });

  test.for(['flex', 'free'] as const)('asks nothing of a project that has only %s clusters', (kind) =>
    expect(inWords(after([OFF], kind))).toBe('exempt'),
  );

  test('is unknown, and not refused, while the whole project is refused', () => {
    const watching = watcher();
    watching.look();
    const dark = project([], NOW + DAY, { dedicated: UNREAD, flex: UNREAD, events: UNREAD, daily: { auditLog: REFUSED } });
    expect(inWords(watching.read(factsOf([dark], NOW + DAY)).finding('access-logging', null))).toBe('unknown');
  });
});
