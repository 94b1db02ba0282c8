import { describe, expect, test } from 'vitest';
import type { Head } from '../../../lib/domain/incidents/head.ts';
import type { Incident } from '../../../lib/domain/incidents/incident.ts';
import { type PastIncident, pastIncidents } from '../../../lib/domain/incidents/past-incident.ts';
import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { incidentHistoryJson, type HistoryRequest, type IncidentHistoryJson } from '../../../lib/render/history/incident-history-json.ts';
import { contextAt } from '../../support/context.ts';
import { NOW } from '../../support/facts.ts';
import { accepted, delivery, head, incident, resolved } from '../../support/incidents.ts';

const placeOf = ({ openedAt, id }: Incident): string => `${String(openedAt).padStart(15, '0')}-${id}`;

function page(state: Partial<Head> | null, past: readonly PastIncident[], changes: Partial<HistoryRequest> = {}): IncidentHistoryJson {
  const recorded = { head: state && head(state), rows: [], past };
  const names = { sms: 'SMS', email: 'email', pagerduty: 'PagerDuty' };
  return incidentHistoryJson(recorded, {
    now: NOW + HOUR,
    span: { from: 0, to: null },
    limit: 100,
    before: null,
    placeOf,
    channelNames: names,
    route: contextAt(NOW + HOUR),
    ...changes,
  });
}

function past(id: string, changes: Partial<Incident> = {}): PastIncident {
  return { incident: resolved(id, changes), deliveries: [] };
}

function ids({ incidents }: IncidentHistoryJson): readonly string[] {
  return incidents.map(({ id }) => id);
}

describe('the history of incidents', () => {
  test('is empty before anything is stored', () => expect(page(null, [])).toEqual({ incidents: [], next: null }));

  test('has what is in the head and what has left it, the last opened first', () =>
    expect(
      ids(
        page({ incidents: [incident('b', { openedAt: NOW - MINUTE }), incident('d')] }, [
          past('c', { openedAt: NOW - 1 }),
          past('a', { openedAt: 0 }),
        ]),
      ),
    ).toEqual(['d', 'c', 'b', 'a']));

  test('shows an incident that moved between the two reads once', () =>
    expect(ids(page({ incidents: [resolved('a')] }, [past('a')]))).toEqual(['a']));

  test('leaves out of the head what was not open in the span', () => {
    const incidents = [
      resolved('early', { openedAt: 0, resolvedAt: 10 }),
      incident('late', { openedAt: 30 }),
      incident('in', { openedAt: 20 }),
    ];
    expect(ids(page({ incidents }, [], { span: { from: 11, to: 29 } }))).toEqual(['in']);
  });

  test('gives each incident once in pages of one, and no cursor on the last', () => {
    const incidents = [incident('d'), incident('b', { openedAt: NOW - 2 })];
    const all = [past('c', { openedAt: NOW - 1 }), past('a', { openedAt: NOW - 3 })];
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const below = all.filter((one) => before === null || placeOf(one.incident) < before).slice(0, 2);
      const { incidents: shown, next }: IncidentHistoryJson = page({ incidents }, below, { limit: 1, before });
      seen.push(...shown.map(({ id }) => id));
      before = next;
    } while (before !== null && seen.length < 10);
    expect(seen).toEqual(['d', 'c', 'b', 'a']);
  });
});

describe('the life of an incident', () => {
  const dana = { by: 'dana', via: 'page', at: NOW + 5 * MINUTE, until: NOW + HOUR };
  const erin = { by: 'erin', via: 'slack', at: NOW + 20 * MINUTE, until: NOW + HOUR };
  const whole = resolved('i', {
    resolvedAt: NOW + 30 * MINUTE,
    resolution: 'recovered: a snapshot is 1 h old',
    acknowledgement: erin,
    trail: [dana, erin],
    timeline: [{ at: NOW + 10 * MINUTE, what: 'the acknowledgement by dana was withdrawn', by: null }],
    notes: [{ id: 'n', at: NOW + 25 * MINUTE, by: 'erin', text: 'resized the disk' }],
  });
  const messages = [
    accepted('sms', ['i'], { acceptedAt: NOW + MINUTE, to: '+1…5010' }),
    accepted('email', ['i'], { kind: 'resolve', acceptedAt: NOW + 31 * MINUTE, team: 'payments' }),
    delivery('pagerduty', ['i'], { state: 'rejected', lastError: 'PagerDuty answered 400' }),
  ];
  const TIMELINE = [
    ['2026-11-22T12:00:00Z', 'opened as P0', null],
    ['2026-11-22T12:01:00Z', 'notified by SMS (+1…5010)', null],
    ['2026-11-22T12:05:00Z', 'acknowledged via page until 2026-11-22T13:00:00Z', 'dana'],
    ['2026-11-22T12:10:00Z', 'the acknowledgement by dana was withdrawn', null],
    ['2026-11-22T12:20:00Z', 'acknowledged via slack until 2026-11-22T13:00:00Z', 'erin'],
    ['2026-11-22T12:25:00Z', 'note: resized the disk', 'erin'],
    ['2026-11-22T12:30:00Z', 'resolved: recovered: a snapshot is 1 h old', null],
    ['2026-11-22T12:31:00Z', 'told that it ended by email (team payments)', null],
  ];

  test('in the head has every step in order, with who did it', () => {
    const [shown] = page({ incidents: [whole], deliveries: messages }, []).incidents;
    expect(shown?.timeline.map(({ at, what, by }) => [at, what, by])).toEqual(TIMELINE);
  });

  test('tells what happened before whom it was told to, where both are of one moment', () => {
    const at = NOW + MINUTE;
    const messages = [
      accepted('sms', ['i'], { kind: 'resolve', acceptedAt: at }),
      accepted('email', ['i'], { kind: 'acknowledge', acceptedAt: NOW }),
    ];
    const brief = resolved('i', { openedAt: NOW, resolvedAt: at, acknowledgement: { by: 'dana', via: 'page', at: NOW, until: at } });
    const [shown] = page({ incidents: [brief], deliveries: messages }, []).incidents;
    expect(shown?.timeline.map(({ what }) => what.split(' ')[0])).toEqual(['opened', 'acknowledged', 'told', 'resolved:', 'told']);
  });

  test('is the same after it has left the head', () => {
    const [shown] = page({}, pastIncidents([whole], messages)).incidents;
    expect(shown?.timeline.map(({ at, what, by }) => [at, what, by])).toEqual(TIMELINE);
    expect(shown?.deliveries.map(({ channel, state }) => `${channel} ${state}`)).toEqual([
      'sms accepted',
      'email accepted',
      'pagerduty rejected',
    ]);
  });

  test('names who acknowledged first, and when; nobody where nobody did', () => {
    const [shown] = page({ incidents: [whole] }, []).incidents;
    expect([shown?.acknowledgedBy, shown?.acknowledgedAt]).toEqual(['dana', '2026-11-22T12:05:00Z']);
    const [other] = page({ incidents: [incident('j')] }, []).incidents;
    expect([other?.acknowledgedBy, other?.acknowledgedAt]).toEqual([null, null]);
  });

  test('of one that an earlier version stored is what that version recorded', () => {
    const old = resolved('old', { acknowledgement: dana, resolvedAt: NOW + HOUR, resolution: null });
    const [shown] = page({}, [{ incident: old, deliveries: [] }]).incidents;
    expect(shown?.acknowledgedBy).toBe('dana');
    expect(shown?.timeline.map(({ what }) => what)).toEqual([
      'opened as P0',
      'acknowledged via page until 2026-11-22T13:00:00Z',
      'resolved: no reason was recorded',
    ]);
  });

  test('opens as what was recorded before it was raised', () => {
    const timeline = [
      { at: NOW, what: 'opened as P1', by: null },
      { at: NOW + MINUTE, what: 'raised from P1 to P0: worse', by: null },
    ];
    const [shown] = page({ incidents: [incident('i', { timeline })] }, []).incidents;
    expect(shown?.timeline.map(({ what }) => what)).toEqual(['opened as P1', 'raised from P1 to P0: worse']);
  });

  test('is shown on one line each, without bidirectional marks', () => {
    const [shown] = page({ incidents: [incident('i', { notes: [{ id: 'n', at: NOW, by: 'a\u202Eb', text: 'x\ny' }] })] }, []).incidents;
    expect(shown?.timeline.at(-1)).toEqual({ at: '2026-11-22T12:00:00Z', what: 'note: x y', by: 'ab' });
  });
});

describe('the messages that history keeps with an incident', () => {
  test('are its own alone, without the other incidents of a storm', () => {
    const [one] = pastIncidents([resolved('a')], [accepted('sms', ['a', 'b']), accepted('sms', ['b'])]);
    expect(one?.deliveries).toHaveLength(1);
    expect(one?.deliveries[0]).not.toHaveProperty('incidents');
  });

  test('are the first 50 and the last 150 of more than 200', () => {
    const many = Array.from({ length: 201 }, (_, index) => accepted('email', ['a'], { key: `k${index}` }));
    const [one] = pastIncidents([resolved('a')], many);
    expect(one?.deliveries).toHaveLength(200);
    expect([one?.deliveries[49]?.key, one?.deliveries[50]?.key]).toEqual(['k49', 'k51']);
    expect(pastIncidents([resolved('a')], many.slice(1))[0]?.deliveries).toHaveLength(200);
  });
});
