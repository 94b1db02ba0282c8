import { describe, expect, test } from 'vitest';
import { type Config, policyOf } from '../../lib/config/policy/define-config.ts';
import { known } from '../../lib/domain/facts/fact.ts';
import { failing, type Finding, ok } from '../../lib/domain/findings/finding.ts';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { clusterResource } from '../../lib/domain/memory/cluster-subject.ts';
import { EMPTY_MEMORY, type Memory } from '../../lib/domain/memory/memory.ts';
import { DAY, HOUR } from '../../lib/domain/time.ts';
import { noteVerdicts } from '../../lib/evaluate/note-verdicts.ts';
import { withSetUp } from '../../lib/reconcile/set-up-findings.ts';
import { check } from '../../lib/run/check.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { cluster, factsOf, factsOfLook, inWords, NOW, project, watcher } from '../support/facts.ts';
import { head } from '../support/incidents.ts';
import { headOf, scene } from '../support/people.ts';
import { restorePlan } from '../support/recovery.ts';
import { stage } from '../support/ports.ts';

const ORDERS = { project: 'shop', cluster: 'orders' };
const EVERYTHING: Config = {
  people: ['Database Lead', 'DevOps Lead', 'CTO', 'Security'].map((role) => ({ role, contact: 'cto@example.com' })),
  drills: [{ name: 'monthly', scenario: 'breach', target: ORDERS }],
};
const PROVEN = {
  proof: { startedAt: NOW, endedAt: NOW, incidents: [], verdict: 'passed', detail: '', reached: ['c…@example.com'] },
} as const;

function found(after: number, config: Config, changes: Partial<Head> = {}): Finding | undefined {
  const general = {
    ...policyOf(config).general,
    ...('restoreTests' in config ? {} : config === EVERYTHING && { restoreTests: [restorePlan()] }),
  };
  return withSetUp([], { head: head(changes), memory: EMPTY_MEMORY, general, now: NOW + after }).at(-1);
}

describe('what was never set up', () => {
  test.for([
    [0, 'exempt'],
    [7 * DAY, 'exempt'],
    [7 * DAY + 1, 'failing info'],
  ] as const)('is %i ms after the installation one finding for all of it: %s', ([after, words]) =>
    expect(inWords(found(after, {}))).toBe(words),
  );

  test('is listed: contacts by their role, restore tests, drills, the proof of the alert path', () => {
    expect(found(8 * DAY, {})?.summary).toBe('never set up: contacts, restore tests, DR drills, proof of the alert path');
    expect(found(8 * DAY, {})?.evidence[0]?.[1]).toContain('Database Lead, DevOps Lead, CTO, Security');
  });

  test('is listed from the start', () => expect(found(0, {})?.summary).toMatch(/^not set up yet: contacts, restore tests/));

  test('leaves out what was set up', () => expect(found(8 * DAY, {}, PROVEN)?.summary).not.toContain('proof'));

  test('counts contacts whom no proof of the alert path has reached', () =>
    expect(found(8 * DAY, EVERYTHING)?.summary).toBe('never set up: contacts, proof of the alert path'));

  test('ends when everything is set up', () => expect(inWords(found(8 * DAY, EVERYTHING, PROVEN))).toBe('ok'));
});

describe('an info finding of a check with the trait `setUp`', () => {
  const joining = new Set(['encryption-key']);
  const resource = clusterResource(
    watcher().look().memory.projects['p1'] ?? never(),
    watcher().look().memory.projects['p1']?.clusters['c1'] ?? never(),
  );
  const rotation = failing({ check: 'encryption-key', resource, severity: 'info', summary: 'the key needs rotation', action: '' });
  const fine = ok({ check: 'encryption-key', resource, summary: 'fine' });

  function never(): never {
    throw new Error('the watcher saw no cluster');
  }

  /** What a run makes of the last finding, after runs that found the others. */
  function after(...runs: readonly Finding[]): readonly Finding[] {
    const memory = runs.reduce<Memory>(
      (before, finding) => noteVerdicts(before, [finding], { now: NOW, complete: true }),
      watcher().look().memory,
    );
    return withSetUp(runs.slice(-1), { head: head(), memory, general: policyOf({}).general, now: NOW + 8 * DAY }, joining);
  }

  test('opens no incident of its own if the first evaluation found it, and is listed', () => {
    const [own, , setUp] = after(rotation, rotation);
    expect(inWords(own)).toBe('failing info (set-up)');
    expect(setUp?.summary).toContain('encryption-key of orders');
  });

  describe('of several clusters', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];

    /** The set-up of an installation whose clusters a to e lack a key's rotation, so many days after the last of them was created. */
    function setUpOf(days: number, installedAt = NOW): Finding | undefined {
      const clusters = names.map((id, index) => cluster(NOW, { id, name: id, createdAt: known(NOW + index * HOUR, NOW) }));
      const monitor = watcher();
      const memory = monitor.read(factsOf([project(clusters)])).memory;
      const of = (id: string): Finding => ({ ...rotation, resource: { ...resource, clusterId: id, name: id } });
      const findings = names.map(of);
      const noted = noteVerdicts(memory, findings, { now: NOW, complete: true });
      const input = {
        head: head({ createdAt: installedAt }),
        memory: noted,
        general: policyOf({}).general,
        now: NOW + 4 * HOUR + days * DAY,
      };
      return withSetUp(findings, input, joining).at(-1);
    }

    test('is one entry of the list, with the first of them by name', () => {
      expect(setUpOf(8)?.summary).toMatch(/^never set up: restore tests, .*, encryption-key of 5 clusters$/);
      expect(setUpOf(8)?.evidence).toContainEqual(['encryption-key of 5 clusters', 'a, b, c and 2 more; of a: the key needs rotation']);
    });

    test('is listed from the seventh day of a cluster on, since many do not live so long', () => {
      expect(setUpOf(7, NOW - 30 * DAY)?.summary).toContain('encryption-key of 5 clusters');
      expect(setUpOf(7 - 1 / 24, NOW - 30 * DAY)?.summary).toContain('encryption-key of 4 clusters');
      expect(setUpOf(6, NOW - 30 * DAY)?.summary).not.toContain('encryption-key');
    });

    test('is no message of its own if the clusters came after the installation', () =>
      expect(setUpOf(8, NOW - 30 * DAY)?.counted).toBeUndefined());
  });

  test('opens an incident of its own if it came later', () => {
    const [own, , setUp] = after(fine, rotation);
    expect(inWords(own)).toBe('failing info');
    expect(setUp?.summary).not.toContain('encryption-key');
  });

  test('opens an incident of its own if it was mended in between', () =>
    expect(inWords(after(rotation, fine, rotation)[0])).toBe('failing info'));

  test('opens an incident of its own if what worked before is not permitted any more', () =>
    expect(inWords(after(rotation, { ...rotation, summary: 'not watched', notifiedOnce: true })[0])).toBe('failing info'));

  test('opens an incident of its own once it is a warning', () =>
    expect(inWords(after(rotation, { ...rotation, severity: 'warning' })[0])).toBe('failing warning'));
});

test('a product that was not set up notifies nobody for seven days, then by mail alone, once, with no reminder and no escalation', async () => {
  const { at, seen } = await scene({}, { digestHour: null });
  at.collect = (_, now) => factsOfLook({ at: now });
  const run = async (after: number): Promise<void> => {
    at.now = NOW + after;
    await check(at.restarted());
    await dispatch(at.restarted());
  };
  await run(0);
  await run(7 * DAY - HOUR);
  expect([seen.smtp.mails.length, (await headOf(at)).incidents]).toEqual([0, []]);
  for (let day = 7; day < 12; day += 1) await run(day * DAY + HOUR);
  expect((await headOf(at)).incidents).toMatchObject([{ check: 'set-up', priority: 'P2', state: 'open' }]);
  expect(seen.smtp.mails).toHaveLength(
    (await headOf(at)).deliveries.filter(({ kind, channel }) => kind === 'trigger' && channel === 'email').length,
  );
  expect([seen.slack.messages, seen.twilio.messages, seen.pagerduty.alerts].map(({ length }) => length)).toEqual([0, 0, 0]);
});

test('that an M0 has no backups is told once, and neither reminded of nor escalated', async () => {
  const at = stage();
  const tiny = (now: number) =>
    cluster(now, { id: 'c2', name: 'tiny', kind: 'free', backupEnabled: known(false, now), pitEnabled: known(false, now) });
  at.collect = (_, now) => factsOf([project([cluster(now), tiny(now)], now)], now);
  for (let hours = 0; hours <= 72; hours += 4) {
    at.now = NOW + hours * HOUR;
    await check(at.restarted());
  }
  const about = Object.values(at.channels).flatMap((one) =>
    one.notifications.filter(({ incidents }) => incidents.some((each) => each.check === 'backup-off')),
  );
  expect(about.map(({ kind, priority }) => `${kind} ${priority}`)).toEqual(['trigger P2']);
});

test.for([
  ['the first check', []],
  ['a later check', [true]],
] as const)('%s that is cut off opens no incident about what was never set up', async ([, before]) => {
  const at = stage();
  const unprotected = (now: number) => ({ terminationProtection: known(false, now) });
  for (const [hours, complete] of [...before, false].entries()) {
    at.now = NOW + hours * HOUR;
    at.collect = (_, now) => factsOfLook({ at: now, complete, cluster: unprotected(now) });
    await check(at.restarted());
  }
  expect((await headOf(at)).incidents.map((incident) => incident.check)).toEqual([]);
});
