import { describe, expect, test } from 'vitest';
import type { Head, Silence } from '../../lib/domain/incidents/head.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { recordTimeline } from '../../lib/reconcile/record-timeline.ts';
import { NOW } from '../support/facts.ts';
import { head, incident, resolved } from '../support/incidents.ts';

const LATER = NOW + HOUR;
const ACKNOWLEDGED = { by: 'dana', via: 'page', at: NOW, until: NOW + 2 * HOUR };

function recorded(before: Partial<Head>, after: Partial<Head>, by: string | null = null): readonly string[] {
  const { incidents } = recordTimeline(head(before), head(after), { at: LATER, by });
  return incidents.flatMap(({ timeline = [] }) =>
    timeline.map(({ at, what, by: who }) => `${(at - NOW) / MINUTE} ${what}${who === null ? '' : ` — ${who}`}`),
  );
}

function changed(before: Partial<Incident>, after: Partial<Incident>, by: string | null = null): readonly string[] {
  return recorded({ incidents: [incident('i', before)] }, { incidents: [incident('i', after)] }, by);
}

describe('the timeline of an incident records', () => {
  test('that it was raised, with the words of that moment, and as what it had opened', () =>
    expect(
      changed({ severity: 'warning' }, { severity: 'critical', summary: 'no snapshot for 30 h', change: { at: LATER, words: 'raised' } }),
    ).toEqual(['0 opened as P1', '60 raised from P1 to P0: no snapshot for 30 h']));

  test('as what it had opened only once, though it is raised twice', () => {
    const timeline = [{ at: NOW, what: 'opened as P2', by: null }];
    expect(changed({ severity: 'warning', timeline }, { severity: 'critical', timeline })).toEqual([
      '0 opened as P2',
      '60 raised from P1 to P0: newest recovery point is 30 h old',
    ]);
  });

  test('that more of the same was found', () =>
    expect(changed({}, { change: { at: LATER, words: 'new is snapshot s-2' } })).toEqual(['60 new is snapshot s-2']));

  test('that it is held open because it flaps', () =>
    expect(changed({}, { flapping: ' (third time in a day)' })).toEqual(['60 held open, since it comes and goes']));

  test('that an acknowledgement ran out at its end, not a millisecond before', () => {
    const ends = (until: number): readonly string[] =>
      changed({ state: 'acknowledged', acknowledgement: { ...ACKNOWLEDGED, until } }, { acknowledgement: null }, 'dana');
    expect(ends(LATER)).toEqual(['60 the acknowledgement by dana expired']);
    expect(ends(LATER + 1)).toEqual(['60 the acknowledgement by dana was withdrawn — dana']);
  });

  test('no end of an acknowledgement that a rise has ended', () =>
    expect(
      changed(
        { state: 'acknowledged', severity: 'warning', acknowledgement: ACKNOWLEDGED },
        { acknowledgement: null, severity: 'critical' },
      ),
    ).toHaveLength(2));

  test('that it opened silenced, and that it is silenced no longer', () => {
    expect(recorded({}, { incidents: [incident('i', { silencedBy: 'silenced by dana' })] })).toEqual([
      '60 nobody notified: silenced by dana',
    ]);
    expect(changed({ silencedBy: 'silenced by dana' }, {})).toEqual(['60 silenced no longer']);
  });

  test('each step of its escalation once', () => {
    const step = { rung: 1, at: LATER - MINUTE };
    expect(changed({}, { escalation: step })).toEqual(['59 nobody acknowledged it: escalated, step 1']);
    expect(changed({ escalation: step }, { escalation: step, summary: 'older still' })).toEqual([]);
  });

  test.for<[string, Partial<Head>, Partial<Head>]>([
    ['that it opened, was acknowledged or ended, which have fields of their own', {}, { incidents: [incident('i')] }],
    [
      'an acknowledgement',
      { incidents: [incident('i')] },
      { incidents: [incident('i', { state: 'acknowledged', acknowledgement: ACKNOWLEDGED })] },
    ],
    ['its end', { incidents: [incident('i')] }, { incidents: [resolved('i')] }],
  ])('not %s', ([, before, after]) => expect(recorded(before, after)).toEqual([]));

  test('its first and its newest entries, when it has too many', () => {
    const timeline = Array.from({ length: 60 }, (_, index) => ({ at: NOW + index, what: `entry ${index}`, by: null }));
    const [after] = recordTimeline(
      head({ incidents: [incident('i', { timeline })] }),
      head({ incidents: [incident('i', { timeline, flapping: 'x' })] }),
      {
        at: LATER,
        by: null,
      },
    ).incidents;
    expect(after?.timeline).toHaveLength(60);
    expect([after?.timeline?.[14]?.what, after?.timeline?.[15]?.what, after?.timeline?.at(-1)?.what]).toEqual([
      'entry 14',
      'entry 16',
      'held open, since it comes and goes',
    ]);
  });
});

describe('a silence in the timelines of incidents', () => {
  const silence: Silence = { id: 's', match: { cluster: 'c1' }, by: 'erin', why: 'disk resize', from: NOW, until: NOW + DAY };
  const open = [incident('i'), incident('other', { resource: { projectId: 'p1', projectName: 'shop', clusterId: 'c2', name: 'c2' } })];

  test('is recorded on the open incidents that it covers, with who made it and why', () =>
    expect(recorded({ incidents: open }, { incidents: open, silences: [silence] })).toEqual([
      '60 silenced until 2026-11-23T12:00:00Z: disk resize — erin',
    ]));

  test('that somebody ends is recorded; one that ran out is not', () => {
    expect(recorded({ incidents: open, silences: [silence] }, { incidents: open }, 'dana')).toEqual(['60 the silence was ended — dana']);
    expect(recorded({ incidents: open, silences: [{ ...silence, until: LATER }] }, { incidents: open })).toEqual([]);
  });

  test('is not recorded on what has ended', () =>
    expect(recorded({ incidents: [resolved('i')] }, { incidents: [resolved('i')], silences: [silence] })).toEqual([]));
});

test('a change that does nothing to incidents and silences gives back the same head', () => {
  const before = head({ incidents: [incident('i')] });
  const after = { ...before, digestDay: '2026-11-22' };
  expect(recordTimeline(before, after, { at: LATER, by: null })).toBe(after);
});
