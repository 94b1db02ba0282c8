import { describe, expect, test } from 'vitest';
import { openPagerDutyApi } from '../lib/alerts/channels/pagerduty-api.ts';
import type { Config } from '../lib/config/policy.ts';
import { dispatch } from '../lib/dispatch.ts';
import type { Incident } from '../lib/domain/incident.ts';
import { HOUR, MINUTE } from '../lib/domain/time.ts';
import { takeAcknowledgement } from '../lib/people.ts';
import { check } from '../lib/run.ts';
import { readPagerDuty } from '../lib/webhooks/pagerduty.ts';
import { hmac } from '../lib/webhooks/signature.ts';
import { INTEGRATION, type Outbound, PERSON, SERVICE } from './emulators/pagerduty-agents.ts';
import { NOW } from './support/facts.ts';
import { aged, broken, headOf, type Scene, scene } from './support/people.ts';

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

describe('what a machine acknowledges at PagerDuty', () => {
  test.for([SERVICE, INTEGRATION])('nobody has in hand, so reminders go on: $type', async (machine) => {
    const scene = await broken();
    scene.seen.pagerduty.act('acknowledge', scene.incident.id, machine);
    expect(await dispatchAsking(scene, 5 * MINUTE)).toMatchObject([{ state: 'open', acknowledgement: null }]);
    expect(read(scene.seen.pagerduty.told[0]).kind).toBe('ignore');
    await dispatchAsking(scene, 30 * MINUTE);
    expect(scene.seen.twilio.messages.map(({ body }) => body.slice(0, 11))).toEqual(['P0 orders (', 'P0 reminder']);
  });

  test('climbs the ladder like what nobody acknowledged', async () => {
    const config = { pitr: { wanted: false }, rpo: { targetMinutes: 60 }, routes: { P1: ['pagerduty'] } } satisfies Config;
    const made = await scene({}, config);
    made.at.collect = (_, now) => aged(now, 9 * HOUR);
    await check(made.at.parts);
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
  ] as const)('%s a person does is that person’s', async ([, agents]) => {
    const scene = await broken();
    for (const agent of agents) {
      scene.seen.pagerduty.act('acknowledge', scene.incident.id, agent);
      await dispatchAsking(scene, 5 * MINUTE);
    }
    const taken = { by: 'somebody at PagerDuty', via: 'pagerduty' } as const;
    expect((await headOf(scene.at)).incidents).toMatchObject([{ state: 'acknowledged', acknowledgement: taken, trail: [taken] }]);
    // Theirs, and ours, by which PagerDuty is told of it.
    expect(scene.seen.pagerduty.told).toHaveLength(3);
    expect(scene.seen.pagerduty.told.flatMap((event) => (read(event).kind === 'act' ? [event.agent] : []))).toEqual([PERSON]);
  });
});

describe('an acknowledgement of ours that PagerDuty is told of', () => {
  async function told(): Promise<Scene & { readonly incident: Incident }> {
    const scene = await broken();
    const { tell } = await takeAcknowledgement(scene.at.parts, { incidentIds: [scene.incident.id], by: 'dana', via: 'page' });
    await tell();
    expect(scene.seen.pagerduty.alerts).toMatchObject([{ state: 'acknowledged', acknowledgedBy: [INTEGRATION] }]);
    return scene;
  }

  test('comes back as the integration’s, which is no other', async () => {
    const scene = await told();
    expect(scene.seen.pagerduty.told.map((event) => read(event).kind)).toEqual(['ignore']);
    expect(await dispatchAsking(scene, 5 * MINUTE)).toMatchObject([{ state: 'acknowledged', trail: [{ by: 'dana', via: 'page' }] }]);
  });

  test('goes on showing there once it has run out, and holds nothing up', async () => {
    const scene = await told();
    expect(await dispatchAsking(scene, 8 * HOUR)).toMatchObject([{ state: 'open', trail: [{ by: 'dana' }] }]);
    expect(await dispatchAsking(scene, 8 * HOUR + 30 * MINUTE)).toMatchObject([{ state: 'open', trail: [{ by: 'dana' }] }]);
    expect(scene.seen.twilio.messages.map(({ body }) => body.slice(0, 20))).toContain('P0 reminder orders (');
  });
});
