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
