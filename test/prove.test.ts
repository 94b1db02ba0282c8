import { describe, expect, test } from 'vitest';
import { MINUTE } from '../lib/domain/time.ts';
import { prove } from '../lib/prove.ts';
import { check } from '../lib/run.ts';
import { headOf, laterDispatch, scene } from './support/people.ts';

describe('proving the alert path on demand', () => {
  test('says what each channel answered, then resolves by itself and passes', async () => {
    const { at, seen } = await scene();
    await check(at.parts);
    expect((await prove(at.parts)).split('\n')).toEqual([
      'P0 pagerduty: accepted',
      'P0 sms: accepted',
      'P1 slack: accepted',
      'P1 email: accepted',
      expect.stringContaining('10 minutes'),
    ]);
    expect(seen.twilio.messages[0]?.body).toMatch(/^P0 the alert path: TEST: /);
    await laterDispatch(at, 10 * MINUTE);
    expect(seen.pagerduty.alerts).toMatchObject([{ state: 'resolved' }]);
    expect((await headOf(at)).proof).toMatchObject({ verdict: 'passed', detail: 'accepted by pagerduty, sms, slack, email' });
  });

  test('names the channel that refused, and fails', async () => {
    const { at, seen } = await scene();
    await check(at.parts);
    seen.slack.fault(/postMessage/, { kind: 'status', status: 200, body: { ok: false, error: 'channel_not_found' } });
    expect(await prove(at.parts)).toContain('P1 slack: rejected (Slack refused: channel_not_found)');
    await laterDispatch(at, 10 * MINUTE);
    expect((await headOf(at)).proof).toMatchObject({ verdict: 'failed', detail: 'slack: rejected (Slack refused: channel_not_found)' });
  });

  test('a proof under way does not end what the last one, that failed, has opened', async () => {
    const { at, seen } = await scene();
    await check(at.parts);
    seen.slack.fault(/postMessage/, { kind: 'status', status: 200, body: { ok: false, error: 'channel_not_found' } }, 1);
    await prove(at.parts);
    await laterDispatch(at, 10 * MINUTE);
    at.now += 50 * MINUTE;
    await check(at.parts);
    const failed = async () => (await headOf(at)).incidents.filter(({ resource }) => resource.part === 'proof').map(({ state }) => state);
    expect(await failed()).toEqual(['open']);
    at.now += 57 * MINUTE;
    await prove(at.parts);
    at.now += 3 * MINUTE;
    await check(at.parts);
    expect(await failed()).toEqual(['open']);
    await laterDispatch(at, 130 * MINUTE);
    at.now += 50 * MINUTE;
    await check(at.parts);
    expect(await failed()).toEqual(['resolved']);
  });

  test('has failed where PagerDuty refuses its end, and a dispatch with nothing else to do notes it', async () => {
    const { at, seen } = await scene();
    await check(at.parts);
    await prove(at.parts);
    seen.pagerduty.fault(/enqueue/, { kind: 'status', status: 400, body: { status: 'invalid event' } });
    await laterDispatch(at, 10 * MINUTE);
    await laterDispatch(at, 15 * MINUTE);
    expect((await headOf(at)).proof).toMatchObject({
      verdict: 'failed',
      detail: expect.stringContaining('it was not ended again: pagerduty: rejected'),
    });
  });

  test('is not begun while one is under way', async () => {
    const { at } = await scene();
    await check(at.parts);
    await prove(at.parts);
    expect(await prove(at.parts)).toContain('under way');
  });

  test('without a channel says that nobody would be told', async () => {
    const { at } = await scene({ channels: [] });
    expect(await prove(at.parts)).toBe('no channel is configured: nobody would be told of anything');
  });
});
