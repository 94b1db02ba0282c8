import { describe, expect, test } from 'vitest';
import type { Notification } from '../../../../lib/deliver/attempt/channel.ts';
import { following, standing, type SlackMessage } from '../../../../lib/deliver/channels/slack/slack-message.ts';
import { HOSTILE, hostileIncident, incidentOf, notificationOf, NOW, resolvedIncident, stormOf } from '../../notifications.ts';

describe('the blocks', () => {
  test('of a trigger have the facts, a button to acknowledge and links', () =>
    expect(lines(standing(notificationOf()))).toMatchInlineSnapshot(`
      "[P0] orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z
      Since 04:00Z (6 h).
      {"type":"header","text":{"type":"plain_text","text":"[P0] orders (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z","emoji":false}}
      {"type":"section","text":{"type":"plain_text","text":"Since 04:00Z (6 h).\\nWhat to do now: Take an on-demand snapshot of orders now.","emoji":false}}
      {"type":"section","fields":[{"type":"plain_text","text":"Base snapshot: 21 Nov 04:00Z","emoji":false},{"type":"plain_text","text":"PITR reaches back to: 15 Nov 10:00Z","emoji":false},{"type":"plain_text","text":"PITR cannot reach: 20 Nov 08:00Z to 20 Nov 11:00Z (oplog behind)","emoji":false},{"type":"plain_text","text":"schedule: every 6 h","emoji":false},{"type":"plain_text","text":"Check: backup-age","emoji":false}]}
      {"type":"actions","elements":[{"type":"button","action_id":"acknowledge","text":{"type":"plain_text","text":"Acknowledge","emoji":false},"value":"delivery-1","style":"primary"}]}
      {"type":"context","elements":[{"type":"mrkdwn","text":"<https://status.example.com/#backup-age-orders-1|Status page> · <https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1|Runbook> · <https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders|Atlas>","verbatim":true}]}"
    `));
  test('of a resolve say what is over, without a button', () =>
    expect(lines(following(notificationOf({ kind: 'resolve', incidents: [resolvedIncident()] })))).toMatchInlineSnapshot(`
      "[Resolved] orders (shop), was: no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z
      Over since 09:59Z: recovered.
      Since 04:00Z (5 h 59 min).
      {"type":"header","text":{"type":"plain_text","text":"[Resolved] orders (shop), was: no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z","emoji":false}}
      {"type":"section","text":{"type":"plain_text","text":"Over since 09:59Z: recovered.\\nSince 04:00Z (5 h 59 min).","emoji":false}}
      {"type":"section","fields":[{"type":"plain_text","text":"Then: schedule: every 6 h","emoji":false},{"type":"plain_text","text":"Check: backup-age","emoji":false}]}
      {"type":"context","elements":[{"type":"mrkdwn","text":"<https://status.example.com/#backup-age-orders-1|Status page> · <https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1|Runbook> · <https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders|Atlas>","verbatim":true}]}"
    `));
  test('of a storm list the incidents, with one button for all', () =>
    expect(lines(standing(notificationOf({ incidents: stormOf(6), statusUrl: null })))).toMatchInlineSnapshot(`
      "[P0] 6 clusters: no snapshot for over 24 h; cluster-1 (shop), cluster-2 (shop), cluster-3 (shop), cluster-4 (shop), cluster-5 (shop) and 1 more
      Restorable, at worst to 09:50Z.
      cluster-1 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      cluster-2 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      cluster-3 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      cluster-4 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      cluster-5 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      cluster-6 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z
      {"type":"header","text":{"type":"plain_text","text":"[P0] 6 clusters: no snapshot for over 24 h; cluster-1 (shop), cluster-2 (shop), cluster-3 (shop), cluster-4 (shop), cluster-5 (shop) and 1 more","emoji":false}}
      {"type":"section","text":{"type":"plain_text","text":"Restorable, at worst to 09:50Z.\\nWhat to do now: Open the page: each incident there says what can still be restored and what to do now.","emoji":false}}
      {"type":"section","text":{"type":"plain_text","text":"• cluster-1 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z\\n• cluster-2 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z\\n• cluster-3 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z\\n• cluster-4 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z\\n• cluster-5 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z\\n• cluster-6 (shop): restorable to 09:50Z by PITR; no snapshot for 30 h (limit 24 h), the base expires 4 Dec 04:00Z, since 04:00Z","emoji":false}}
      {"type":"actions","elements":[{"type":"button","action_id":"acknowledge","text":{"type":"plain_text","text":"Acknowledge all 6","emoji":false},"value":"delivery-1","style":"primary"}]}"
    `));

  test('list thirty incidents by name, in sections that Slack takes', () => {
    const { blocks } = standing(notificationOf({ incidents: stormOf(30) }));
    const said = JSON.stringify(blocks);
    expect(Array.from({ length: 30 }, (_, index) => `cluster-${index + 1} `).filter((name) => !said.includes(name))).toEqual([]);
    expect(said.length).toBeLessThan(12_000);
    expect(
      Math.max(...blocks.flatMap((block) => (block.type === 'section' && 'text' in block ? [block.text.text.length] : []))),
    ).toBeLessThanOrEqual(3_000);
  });

  test('say how many are not shown', () =>
    expect(JSON.stringify(standing(notificationOf({ incidents: stormOf(100) })))).toMatch(/\+\d+ more on the page/));

  test('have the button only where an acknowledgement can reach us and something is open', () => {
    const button = (changes: Partial<Notification>): boolean =>
      JSON.stringify(standing(notificationOf(changes))).includes('"action_id":"acknowledge"');
    expect(button({})).toBe(true);
    expect(button({ canAcknowledge: false })).toBe(false);
    expect(button({ incidents: [incidentOf({ state: 'acknowledged' })] })).toBe(false);
    expect(button({ incidents: [resolvedIncident()] })).toBe(false);
  });

  test.for([1, 6, 60, 6_250])('carry the delivery’s key in the button, however many of %i incidents it is about', (count) => {
    const notification = notificationOf({ key: `trigger/slack/0/backup-age-1+${count - 1}`, incidents: stormOf(count) });
    const actions = standing(notification).blocks.find((block) => block.type === 'actions');
    expect(actions).toMatchObject({ elements: [{ action_id: 'acknowledge', value: notification.key }] });
    const again = following({ ...notification, kind: 'remind' }).blocks.find((block) => block.type === 'actions');
    expect(again).toEqual(actions);
  });

  test("notify no channel and start no link for a name's sake", () => {
    const notification = notificationOf({ key: 'hostile', incidents: [hostileIncident()], reroute: HOSTILE });
    for (const message of [
      standing(notification),
      following(notification),
      standing({ ...notification, kind: 'resolve', incidents: [{ ...hostileIncident(), state: 'resolved', resolvedAt: NOW }] }),
    ]) {
      expect(marked(message).join(' ')).not.toMatch(/<!|<img|<@/);
    }
  });
});

function lines(message: SlackMessage): string {
  return [message.text, ...message.blocks.map((block) => JSON.stringify(block))].join('\n');
}

/** Every text in which Slack reads markup. */
function marked(message: { readonly text: string; readonly blocks: readonly unknown[] }): readonly string[] {
  const objects: string[] = [];
  JSON.stringify(message.blocks, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'mrkdwn' && 'text' in value)
      objects.push(String(value.text));
    return value;
  });
  return [message.text, ...objects];
}
