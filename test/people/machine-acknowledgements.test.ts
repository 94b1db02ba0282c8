import { describe, expect, test } from 'vitest';
import { openPagerDutyApi } from '../../lib/deliver/channels/pagerduty/pagerduty-api.ts';
import type { Config } from '../../lib/config/policy/define-config.ts';
import { dispatch } from '../../lib/run/dispatch.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { takeAcknowledgement } from '../../lib/people/take-acknowledgement.ts';
import { check } from '../../lib/run/check.ts';
import { readPagerDuty } from '../../lib/people/webhooks/pagerduty-webhook.ts';
import { hmac } from '../../lib/people/webhooks/signature.ts';
import { INTEGRATION, type Outbound, PERSON, SERVICE } from '../emulators/pagerduty-agents.ts';
import { NOW } from '../support/facts.ts';
import { aged, broken, headOf, type Scene, scene } from '../support/people.ts';

/** A dispatch so long after NOW that asks the emulated PagerDuty's REST API. */
async function dispatchAsking({ at, seen }: Scene, after: number): Promise<readonly Incident[]> {
  at.now = NOW + after;
  const { url, apiToken: token } = seen.pagerduty;
  const before = seen.pagerduty.requests.length;
  const { status } = await dispatch(at.restarted({ pagerduty: openPagerDutyApi({ token, url, timeout: 5_000 }) }));
  expect(status).toBe(200);
  expect(seen.pagerduty.requests[before]).toMatchObject({ method: 'GET', path: '/incidents', status: 200 });
  // That no check ran meanwhile is another story.
  return (await headOf(at)).incidents.filter(({ id }) => id.startsWith('backup-age'));
}

function read(event: Outbound | undefined): ReturnType<typeof readPagerDuty> {
  const body = new TextEncoder().encode(JSON.stringify({ event }));
  return readPagerDuty(body, `v1=${hmac('secret', body)}`, 'secret');
}

describe('an acknowledgement by a machine at PagerDuty', () => {
  test.for([SERVICE, INTEGRATION])('does not stop reminders: $type', async (machine) => {
    const scene = await broken();
    scene.seen.pagerduty.act('acknowledge', scene.incident.id, machine);
    expect(await dispatchAsking(scene, 5 * MINUTE)).toMatchObject([{ state: 'open', acknowledgement: null }]);
    expect(read(scene.seen.pagerduty.sent[0]).kind).toBe('ignore');
    await dispatchAsking(scene, 30 * MINUTE);
    expect(scene.seen.twilio.messages.map(({ body }) => body.slice(0, 11))).toEqual(['P0 orders (', 'P0 reminder']);
  });

  test('does not stop the escalation', async () => {
    const config = { pitr: { wanted: false }, rpo: { targetMinutes: 60 }, routes: { P1: ['pagerduty'] } } satisfies Config;
    const made = await scene({}, config);
    made.at.collect = (_, now) => aged(now, 9 * HOUR);
    await check(made.at.ports);
    const [mild] = (await headOf(made.at)).incidents;
    made.seen.pagerduty.act('acknowledge', mild?.id ?? '', SERVICE);
    await dispatchAsking(made, 30 * MINUTE);
    expect(made.seen.twilio.messages).toEqual([]);
    await dispatchAsking(made, 30 * MINUTE + 1);
    expect(made.seen.twilio.messages.map(({ body }) => body.slice(0, 12))).toEqual(['P1 escalated']);
  });

  test.for([
    ['before', [SERVICE, PERSON]],
    ['after', [PERSON, SERVICE]],
  ] as const)('%s by a person counts as that person’s', async ([, agents]) => {
    const scene = await broken();
    for (const agent of agents) {
      scene.seen.pagerduty.act('acknowledge', scene.incident.id, agent);
      await dispatchAsking(scene, 5 * MINUTE);
    }
    const taken = { by: 'somebody at PagerDuty', via: 'pagerduty' } as const;
    expect((await headOf(scene.at)).incidents).toMatchObject([{ state: 'acknowledged', acknowledgement: taken, trail: [taken] }]);
    // Theirs, and ours, by which PagerDuty is informed of it.
    expect(scene.seen.pagerduty.sent).toHaveLength(3);
    expect(scene.seen.pagerduty.sent.flatMap((event) => (read(event).kind === 'act' ? [event.agent] : []))).toEqual([PERSON]);
  });
});

describe('an acknowledgement that we send to PagerDuty', () => {
  async function acknowledgedByUs(): Promise<Scene & { readonly incident: Incident }> {
    const scene = await broken();
    const { notify } = await takeAcknowledgement(scene.at.ports, { incidentIds: [scene.incident.id], by: 'dana', via: 'page' });
    await notify();
    expect(scene.seen.pagerduty.alerts).toMatchObject([{ state: 'acknowledged', acknowledgedBy: [INTEGRATION] }]);
    return scene;
  }

  test('comes back as an act of our integration, which is no second acknowledgement', async () => {
    const scene = await acknowledgedByUs();
    expect(scene.seen.pagerduty.sent.map((event) => read(event).kind)).toEqual(['ignore']);
    expect(await dispatchAsking(scene, 5 * MINUTE)).toMatchObject([{ state: 'acknowledged', trail: [{ by: 'dana', via: 'page' }] }]);
  });

  test('is still shown there after it has expired, and delays nothing', async () => {
    const scene = await acknowledgedByUs();
    expect(await dispatchAsking(scene, 8 * HOUR)).toMatchObject([{ state: 'open', trail: [{ by: 'dana' }] }]);
    expect(await dispatchAsking(scene, 8 * HOUR + 30 * MINUTE)).toMatchObject([{ state: 'open', trail: [{ by: 'dana' }] }]);
    expect(scene.seen.twilio.messages.map(({ body }) => body.slice(0, 20))).toContain('P0 reminder orders (');
  });
});
