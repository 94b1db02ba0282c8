import { describe, expect, test } from 'vitest';
import { policyOf } from '../../../lib/config/policy/define-config.ts';
import type { Head, Run } from '../../../lib/domain/incidents/head.ts';
import { CHECKLIST_IDS, type ChecklistItem } from '../../../lib/domain/incidents/recorded-checklist.ts';
import { HOUR, type Instant, iso, MINUTE } from '../../../lib/domain/time.ts';
import { checklistJson } from '../../../lib/render/checklist/checklist-json.ts';
import { NOW } from '../../support/facts.ts';
import { head } from '../../support/incidents.ts';

const RUN: Run = { runId: 'run-1', startedAt: NOW, finishedAt: NOW + MINUTE, complete: true };
const { general } = policyOf({});
const MET: ChecklistItem = {
  id: 'contacts',
  title: 'The plan’s roles are filled',
  source: 'plan 8',
  state: 'met',
  since: NOW - HOUR,
  evidence: [
    { text: 'CTO: dana', href: null },
    { text: 'proven', href: '/records/r1' },
  ],
};
const BROKEN: ChecklistItem = { ...MET, id: 'multi-region', state: 'not-met' };
const STEPS = [
  { id: 'contacts', title: 'Roles', done: true, how: 'name them' },
  { id: 'drills', title: 'Drills', done: false, how: 'plan them' },
];
const RECORDED: Partial<Head> = {
  lastRun: RUN,
  lastComplete: RUN,
  checklist: { runId: 'run-1', at: NOW, items: [MET, BROKEN], steps: STEPS, messages: {} },
};

const json = (now: Instant, changes: Partial<Head> = RECORDED) => checklistJson(head(changes), { now, checkInterval: HOUR, general });

describe('the JSON of the checklist', () => {
  test('has each item with the address of what shows it, times in ISO, the run, and how far the set-up is', () =>
    expect(json(NOW + HOUR)).toEqual({
      generatedAt: iso(NOW + HOUR),
      run: { runId: 'run-1', startedAt: iso(NOW) },
      stale: false,
      items: [
        { ...MET, since: iso(NOW - HOUR), evidence: ['CTO: dana', 'proven (/records/r1)'] },
        { ...BROKEN, since: iso(NOW - HOUR), evidence: ['CTO: dana', 'proven (/records/r1)'] },
      ],
      setUp: { done: 1, of: 2, steps: STEPS },
    }));

  /** The last complete check finished a minute after NOW; two intervals later it is too old. */
  const LIMIT = NOW + MINUTE + 2 * HOUR;

  test.for([
    [LIMIT, ['met', 'not-met']],
    [LIMIT + 1, ['unknown', 'not-met']],
  ] as const)('at %i has the states %j: nothing old is met, and what was not met stays so', ([now, states]) =>
    expect(json(now).items.map(({ state }) => state)).toEqual(states),
  );

  test('dates what is unknown from when the last complete check was too old, and says when that was', () => {
    const [first] = json(LIMIT + HOUR).items;
    expect(first?.since).toBe(iso(LIMIT));
    expect(first?.evidence[0]).toBe(`not known now: the last complete check began ${iso(NOW)}, and found it met (/)`);
  });

  test('has every item of the contract, unknown since no time, before any check', () => {
    const { items, run, stale } = checklistJson(null, { now: NOW, checkInterval: HOUR, general });
    expect(items.map(({ id }) => id)).toEqual(CHECKLIST_IDS);
    expect(items.every(({ state, since }) => state === 'unknown' && since === null)).toBe(true);
    expect([run, stale]).toEqual([null, true]);
  });

  test('has texts on one line', () => {
    const items = [{ ...MET, evidence: [{ text: 'a\nb\u202e', href: null }] }];
    const broken = { ...RECORDED, checklist: { runId: 'run-1', at: NOW, items, steps: [], messages: {} } };
    expect(json(NOW, broken).items[0]?.evidence[0]).not.toMatch(/[\n\u202e]/);
  });
});
