import { describe, expect, onTestFinished, test } from 'vitest';
import { known } from '../../lib/domain/facts/fact.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/domain/time.ts';
import { check } from '../../lib/run/check.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import { openOne } from '../deliver/channels/contract.ts';
import type { Fault } from '../emulators/server.ts';
import { startWebhook } from '../emulators/webhook.ts';
import { factsOfLook, NOW, schedule, snapshot } from '../support/facts.ts';
import { kindsOf, stage } from '../support/ports.ts';
import { recorder } from '../support/sender.ts';

/** A P0 that only the webhook is to get, and a receiver that answers so; the others of its channels are well. */
async function withReceiver(fault: Fault) {
  const receiver = await startWebhook({ now: () => on.now });
  onTestFinished(receiver.close);
  receiver.fault(/./, fault);
  const webhook = openOne({ webhook: { url: receiver.address, secret: receiver.secret } }, 300);
  const pagerduty = recorder('pagerduty');
  const on = stage({ channels: [webhook, pagerduty, recorder('slack'), recorder('email')] }, { routes: { P0: ['webhook'] } });
  on.collect = (_, now) => {
    const late = {
      snapshots: known([snapshot(NOW - 30 * HOUR)], now),
      schedule: known(schedule({ nextSnapshotAt: NOW + 40 * HOUR }), now),
    };
    return factsOfLook({ at: now, cluster: late });
  };
  const recorded = async () => {
    const { head } = await on.store.readHead();
    const own = head?.deliveries.find(({ channel }) => channel === 'webhook');
    const trouble = head?.incidents.find((incident) => incident.check === 'monitor');
    return { state: own?.state, lastError: own?.lastError, trouble: trouble && `${trouble.priority} ${trouble.summary}` };
  };
  return { on, pagerduty, receiver, recorded };
}

describe('a P0 for a webhook whose receiver', () => {
  test.for<[string, Fault, string]>([
    ['hangs', { kind: 'hang' }, 'the webhook: The operation was aborted due to timeout'],
    ['redirects', { kind: 'status', status: 308, headers: { location: 'http://127.0.0.1:1/' } }, '308, a redirect, which is not followed'],
    ['fails', { kind: 'status', status: 500 }, 'the webhook answered 500'],
  ])('%s is retried, and after five minutes paged, with an incident that says why', async ([, fault, why]) => {
    const { on, pagerduty, recorded } = await withReceiver(fault);
    await check(on.ports);
    expect(await recorded()).toMatchObject({ state: 'unknown', lastError: expect.stringContaining(why) });
    on.now = NOW + 5 * MINUTE + SECOND;
    await dispatch(on.ports);
    expect(kindsOf(pagerduty).toSorted()).toEqual(['trigger backup-age', 'trigger monitor']);
    expect((await recorded()).trouble).toMatch(/^P0 1 message could not be delivered by webhook, the oldest for 5 min/);
    expect((await recorded()).trouble).toContain(why);
  });

  test('answers 410 is paged at once, and the webhook asked again an hour later', async () => {
    const { on, pagerduty, receiver, recorded } = await withReceiver({ kind: 'status', status: 410 });
    await check(on.ports);
    expect(await recorded()).toMatchObject({
      state: 'rejected',
      lastError: 'the webhook answered 410 (gone): its receiver wants no more messages',
    });
    expect(kindsOf(pagerduty)).toEqual(['trigger backup-age']);
    on.now = NOW + 5 * MINUTE + SECOND;
    await dispatch(on.ports);
    // One step milder than what is stuck, since PagerDuty has it.
    expect((await recorded()).trouble).toMatch(/^P1 .*by webhook.*410 \(gone\)/);
    expect(receiver.requests).toHaveLength(1);
    on.now = NOW + HOUR;
    await check(on.ports);
    expect(receiver.requests).toHaveLength(2);
  });
});
