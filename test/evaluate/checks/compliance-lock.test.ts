import { describe, expect, test } from 'vitest';
import type { AtlasEvent } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, type Instant } from '../../../lib/domain/time.ts';
import { event, inWords, type Look, NOW, once, UNREAD, watcher } from '../../support/facts.ts';

const check = 'compliance-lock';

function act(what: string, at: Instant, actor: string | null = 'intern@example.com, 203.0.113.7'): AtlasEvent {
  return event(`CPS_DATA_PROTECTION_${what}`, at, { clusterId: null, clusterName: null, actor });
}

const requested = act('DISABLE_REQUESTED', NOW - HOUR);

function said(look: Look): string {
  return inWords(once(look).finding(check, null));
}

describe('compliance-lock: an event of the Backup Compliance Policy', () => {
  test.for<[string, Look, string]>([
    ['never came', {}, 'nothing'],
    ['asks for it to be disabled', { events: [requested] }, 'failing warning'],
    ['approves that', { events: [act('APPROVED_FOR_DISABLEMENT', NOW)] }, 'failing warning'],
    ['says that it is disabled', { events: [act('DISABLED', NOW)] }, 'failing warning'],
    ['says that it is changed', { events: [act('UPDATED', NOW)] }, 'nothing'],
    ['asks for it to be enabled, after it was disabled', { events: [requested, act('ENABLE_REQUESTED', NOW)] }, 'failing warning'],
    ['enables it 1 ms after that', { events: [requested, act('ENABLED', NOW - HOUR + 1)] }, 'nothing'],
    ['enabled it before that', { events: [act('ENABLED', NOW - 2 * HOUR), requested] }, 'failing warning'],
    ['is a week old at the first check', { events: [act('DISABLED', NOW - 7 * DAY)] }, 'failing warning'],
    ['cannot be read', { project: { events: UNREAD } }, 'nothing'],
  ])('%s: $2', ([, look, verdict]) => expect(said(look)).toBe(verdict));

  test('names who did what, when and from where, and counts each step', () => {
    const finding = once({ events: [act('DISABLED', NOW, null), requested] }).finding(check, null);
    expect(finding?.summary).toBe(
      'the Backup Compliance Policy is being taken away: intern@example.com, 203.0.113.7 asked for it to be disabled at 2026-11-22T11:00:00Z; somebody whom Atlas does not name disabled it at 2026-11-22T12:00:00Z',
    );
    expect(finding?.startedAt).toBe(NOW - HOUR);
    expect(finding?.counted).toHaveLength(2);
  });

  test('ends by being enabled again, and says so', () => {
    const monitor = watcher();
    monitor.look({ events: [requested] });
    const finding = monitor.look({ at: NOW + HOUR, events: [act('ENABLED', NOW)] }).finding(check, null);
    expect(finding).toMatchObject({ verdict: 'ok', summary: 'Backup Compliance Policy: it was enabled again at 2026-11-22T12:00:00Z' });
    expect(finding?.ending).toBeUndefined();
  });

  test('ends as told 72 h after the check that first saw it, and not before', () => {
    const monitor = watcher();
    monitor.look({ events: [requested] });
    const at = (instant: Instant): string => inWords(monitor.look({ at: instant }).finding(check, null));
    expect(at(NOW + 3 * DAY)).toBe('failing warning');
    expect(at(NOW + 3 * DAY + 1)).toBe('ok');
    const { summary, ending } = monitor.look({ at: NOW + 4 * DAY }).finding(check, null) ?? {};
    expect(summary).toContain('told');
    expect(ending).toMatch(/^told; no further step for 72 h/);
  });

  test('ends as told although it was enabled at some time before', () => {
    const monitor = watcher();
    monitor.look({ events: [requested] });
    monitor.look({ at: NOW + HOUR, events: [act('ENABLED', NOW + HOUR)] });
    monitor.look({ at: NOW + DAY, events: [act('DISABLED', NOW + DAY)] });
    const { summary, ending } = monitor.look({ at: NOW + 5 * DAY }).finding(check, null) ?? {};
    expect([summary, ending?.slice(0, 4)]).toEqual([
      'Backup Compliance Policy: no further step towards disabling it for 72 h; told',
      'told',
    ]);
  });

  test('counts anew from a further step', () => {
    const monitor = watcher();
    monitor.look({ events: [requested] });
    monitor.look({ at: NOW + 2 * DAY, events: [act('DISABLED', NOW + 2 * DAY)] });
    const finding = monitor.look({ at: NOW + 4 * DAY }).finding(check, null);
    expect(finding?.counted).toEqual(['CPS_DATA_PROTECTION_DISABLED 2026-11-24T12:00:00Z']);
  });

  test('is told once although a grown restore window makes us read the past again', () => {
    const monitor = watcher();
    monitor.look({ events: [requested] });
    monitor.look({ at: NOW + 3 * DAY + 1 });
    expect(inWords(monitor.look({ at: NOW + 5 * DAY, events: [requested] }).finding(check, null))).toBe('ok');
  });

  test('that Atlas shows 7 h late is told', () => {
    const monitor = watcher();
    monitor.look();
    const late = { at: NOW + 7 * HOUR, events: [act('DISABLED', NOW)] };
    expect(inWords(monitor.look(late).finding(check, null))).toBe('failing warning');
  });

  test('stays a warning while the events cannot be read; afterwards it is unknown whether it was enabled again', () => {
    const monitor = watcher();
    monitor.look({ events: [requested] });
    const blind = (at: Instant): string => inWords(monitor.look({ at, project: { events: UNREAD } }).finding(check, null));
    expect(blind(NOW + DAY)).toBe('failing warning');
    expect(blind(NOW + 4 * DAY)).toBe('unknown');
  });
});
