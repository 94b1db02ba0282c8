import { describe, expect, test } from 'vitest';
import { emptyHead, type Head, type Silence } from '../../lib/domain/incidents/head.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { addSilence, addWindow } from '../../lib/people/silences.ts';
import { HEAD_MOST, SILENCES_MOST } from '../../lib/record/head-bounds.ts';
import { muchEvidence } from '../record/samples.ts';
import { NOW } from '../support/facts.ts';
import { headOf } from '../support/people.ts';
import { type Stage, stage } from '../support/ports.ts';

const ASKED = { match: { cluster: 'orders' }, by: 'dana', why: 'disk resize', from: NOW, until: NOW + HOUR };
const NIGHTLY = { match: { cluster: 'orders' }, by: 'dana', why: 'patch night', cron: '0 22 * * 6', timeZone: 'UTC', minutes: 60 };

function silences(count: number, until: number): readonly Silence[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `s-${until}-${index}`,
    match: { cluster: 'orders' },
    by: 'eve',
    why: 'why not',
    from: NOW - HOUR,
    until,
  }));
}

async function stageWith(changes: Partial<Head>): Promise<Stage> {
  const at = stage();
  const head = { ...emptyHead(NOW), ...changes };
  await at.store.swap({ expected: 0, writer: 't', head, adopt: [], drop: [], history: [], release: null, now: NOW });
  return at;
}

describe('silences', () => {
  test('are at most 500 that hold; the 501st is refused, also where two ask at once', async () => {
    const at = await stageWith({ silences: silences(SILENCES_MOST - 1, NOW + 1) });
    const results = await Promise.all([addSilence(at.ports, ASKED), addSilence(at.ports, ASKED)]);
    const words = 'there are 500 already; end some, or write them into restorewatch.config.ts';
    expect(results.flatMap((result) => ('problems' in result ? result.problems : ['made'])).toSorted()).toEqual(['made', words]);
    expect((await headOf(at)).silences).toHaveLength(SILENCES_MOST);
    expect(at.log).toContain(`audit: silence asked for by dana refused: ${words}`);
  });

  test('that have ended do not count, and leave the head with the next one that is made', async () => {
    const at = await stageWith({ silences: silences(SILENCES_MOST, NOW) });
    expect(await addSilence(at.ports, ASKED)).toHaveProperty('made');
    expect((await headOf(at)).silences).toHaveLength(1);
  });

  test('are refused where the head would grow over its limit, and so are windows, and acknowledgements are not asked', async () => {
    const at = await stageWith({ webhooksSeen: muchEvidence(1_200).map(({ found }) => found) });
    const { revision } = await at.store.readHead();
    const problems = [expect.stringContaining(`people may let it grow to ${HEAD_MOST.toLocaleString('en-US')}`)];
    expect(await addSilence(at.ports, ASKED)).toEqual({ problems });
    expect(await addWindow(at.ports, NIGHTLY)).toEqual({ problems });
    expect((await at.store.readHead()).revision).toBe(revision);
  });
});

describe('what people write', () => {
  const LONG = 'x'.repeat(500_000);

  test.for([
    ['a reason', { why: LONG }, 'why: at most 300 characters; this has 500,000'],
    ['a name', { by: LONG }, 'by: at most 100 characters; this has 500,000'],
    ['a cluster', { match: { cluster: LONG } }, 'cluster: at most 200 characters; this has 500,000'],
    ['a project', { match: { project: LONG } }, 'project: at most 200 characters; this has 500,000'],
    ['a check', { match: { check: LONG } }, 'check: at most 100 characters; this has 500,000'],
    ['a priority', { match: { priority: LONG } }, 'priority: at most 10 characters; this has 500,000'],
  ] as const)('%s of 500 kB is refused in words, for a silence and a window alike', async ([, change, problem]) => {
    const at = stage();
    expect(await addSilence(at.ports, { ...ASKED, ...change })).toEqual({ problems: [problem] });
    expect(await addWindow(at.ports, { ...NIGHTLY, ...change })).toEqual({ problems: [problem] });
    expect(Math.max(...at.log.map((line) => line.length))).toBeLessThan(800);
  });

  test.for([
    ['cron', 200],
    ['timeZone', 100],
  ] as const)('the %s of a window has at most %i characters', async ([name, most]) => {
    expect(await addWindow(stage().ports, { ...NIGHTLY, [name]: LONG })).toEqual({
      problems: [`${name}: at most ${most} characters; this has 500,000`],
    });
  });

  test('of just the allowed length is stored, on one line', async () => {
    const at = stage();
    const made = await addSilence(at.ports, { ...ASKED, by: 'd'.repeat(100), why: `${'w'.repeat(298)}\nx` });
    expect(made).toMatchObject({ made: { by: 'd'.repeat(100), why: `${'w'.repeat(298)} x` } });
  });
});
