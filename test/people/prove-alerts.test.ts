import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../lib/domain/time.ts';
import { proveAlerts } from '../../lib/people/prove-alerts.ts';
import { check } from '../../lib/run/check.ts';
import { headOf, laterDispatch, scene } from '../support/people.ts';

describe('proving the alert path on demand', () => {
  test('says what each channel answered, then resolves by itself and passes', async () => {
    const { at, seen } = await scene();
    await check(at.ports);
    const { words, fine } = await proveAlerts(at.ports, 'dana');
    expect(fine).toBe(true);
    expect(words.split('\n')).toEqual([
      'P0 pagerduty: delivered',
      'P0 sms: delivered',
      'P1 slack: delivered',
      'P1 email: delivered',
      expect.stringContaining('10 minutes'),
    ]);
    expect(seen.twilio.messages[0]?.body).toMatch(/^P0 the alert path: TEST: /);
    await laterDispatch(at, 10 * MINUTE);
    expect(seen.pagerduty.alerts).toMatchObject([{ state: 'resolved' }]);
    expect((await headOf(at)).proof).toMatchObject({ verdict: 'passed', detail: 'accepted by pagerduty, sms, slack, email' });
  });

  test('names the channel that refused, and fails', async () => {
    const { at, seen } = await scene();
    await check(at.ports);
    seen.slack.fault(/postMessage/, { kind: 'status', status: 200, body: { ok: false, error: 'channel_not_found' } });
    expect(await proveAlerts(at.ports, 'dana')).toMatchObject({
      fine: false,
      words: expect.stringContaining('P1 slack: refused (Slack refused: channel_not_found)'),
    });
    await laterDispatch(at, 10 * MINUTE);
    expect((await headOf(at)).proof).toMatchObject({ verdict: 'failed', detail: 'slack: refused (Slack refused: channel_not_found)' });
  });

  test('does not resolve the incident about the failed proof before it while it is running', async () => {
    const { at, seen } = await scene();
    await check(at.ports);
    seen.slack.fault(/postMessage/, { kind: 'status', status: 200, body: { ok: false, error: 'channel_not_found' } }, 1);
    await proveAlerts(at.ports, 'dana');
    await laterDispatch(at, 10 * MINUTE);
    at.now += 50 * MINUTE;
    await check(at.ports);
    const failed = async () => (await headOf(at)).incidents.filter(({ resource }) => resource.part === 'proof').map(({ state }) => state);
    expect(await failed()).toEqual(['open']);
    at.now += 57 * MINUTE;
    await proveAlerts(at.ports, 'dana');
    at.now += 3 * MINUTE;
    await check(at.ports);
    expect(await failed()).toEqual(['open']);
    await laterDispatch(at, 130 * MINUTE);
    at.now += 50 * MINUTE;
    await check(at.ports);
    expect(await failed()).toEqual(['resolved']);
  });

  test('has failed if PagerDuty refuses its resolve, and a dispatch with nothing else to do records it', async () => {
    const { at, seen } = await scene();
    await check(at.ports);
    await proveAlerts(at.ports, 'dana');
    seen.pagerduty.fault(/enqueue/, { kind: 'status', status: 400, body: { status: 'invalid event' } });
    await laterDispatch(at, 10 * MINUTE);
    await laterDispatch(at, 15 * MINUTE);
    expect((await headOf(at)).proof).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('it was not ended again: pagerduty: refused'),
    });
  });

  test('does not begin while a proof is running', async () => {
    const { at } = await scene();
    await check(at.ports);
    await proveAlerts(at.ports, 'dana');
    expect((await proveAlerts(at.ports, 'dana')).words).toContain('under way');
  });

  test('without a channel says that nobody would be notified, and begins nothing', async () => {
    const { at } = await scene({ channels: [] });
    await check(at.ports);
    const before = await headOf(at);
    expect(await proveAlerts(at.ports, 'dana')).toEqual({
      fine: false,
      words: 'no channel is configured: nobody would be told of anything',
      sent: [],
    });
    expect(await headOf(at)).toEqual(before);
  });
});
