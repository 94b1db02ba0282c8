import { describe, expect, test } from 'vitest';
import type { Letter } from '../../../lib/alerts/channels/channel.ts';
import { following, standing, type SlackMessage } from '../../../lib/alerts/channels/slack-message.ts';
import { HOSTILE, hostileIncident, incidentOf, letterOf, NOW, resolvedIncident, stormOf } from '../letters.ts';

describe('the blocks', () => {
  test('of a trigger', () =>
    expect(lines(standing(letterOf()))).toMatchInlineSnapshot(`
    "[P0] orders (shop): the newest recovery point is 30 h old, 24 h are allowed
    Since 2026-11-22T04:00:00Z (6 h).
    What can still be restored: newest recovery point 2026-11-21T04:00:00Z (30 h old).
    {"type":"header","text":{"type":"plain_text","text":"[P0] orders (shop): the newest recovery point is 30 h old, 24 h are allowed","emoji":false}}
    {"type":"section","text":{"type":"plain_text","text":"Since 2026-11-22T04:00:00Z (6 h).\\nWhat can still be restored: newest recovery point 2026-11-21T04:00:00Z (30 h old).\\nWhat to do now: Take an on-demand snapshot of orders now.","emoji":false}}
    {"type":"section","fields":[{"type":"plain_text","text":"Cluster: orders","emoji":false},{"type":"plain_text","text":"Project: shop","emoji":false},{"type":"plain_text","text":"Since: 2026-11-22T04:00:00Z","emoji":false},{"type":"plain_text","text":"Check: backup-age","emoji":false},{"type":"plain_text","text":"newest recovery point: 2026-11-21T04:00:00Z (30 h old)","emoji":false},{"type":"plain_text","text":"limit: 24 h","emoji":false}]}
    {"type":"actions","elements":[{"type":"button","action_id":"acknowledge","text":{"type":"plain_text","text":"Acknowledge","emoji":false},"value":"delivery-1","style":"primary"}]}
    {"type":"context","elements":[{"type":"mrkdwn","text":"<https://status.example.com/#backup-age-orders-1|Status page> · <https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1|Runbook> · <https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders|Atlas>","verbatim":true}]}"
  `));
  test('of a resolve', () =>
    expect(lines(following(letterOf({ kind: 'resolve', incidents: [resolvedIncident()] })))).toMatchInlineSnapshot(`
    "[Resolved] orders (shop), was: the newest recovery point is 30 h old, 24 h are allowed
    Since 2026-11-22T04:00:00Z (5 h 59 min).
    Over since 2026-11-22T09:59:00Z: recovered.
    {"type":"header","text":{"type":"plain_text","text":"[Resolved] orders (shop), was: the newest recovery point is 30 h old, 24 h are allowed","emoji":false}}
    {"type":"section","text":{"type":"plain_text","text":"Since 2026-11-22T04:00:00Z (5 h 59 min).\\nOver since 2026-11-22T09:59:00Z: recovered.","emoji":false}}
    {"type":"section","fields":[{"type":"plain_text","text":"Cluster: orders","emoji":false},{"type":"plain_text","text":"Project: shop","emoji":false},{"type":"plain_text","text":"Since: 2026-11-22T04:00:00Z","emoji":false},{"type":"plain_text","text":"Check: backup-age","emoji":false},{"type":"plain_text","text":"Then: newest recovery point: 2026-11-21T04:00:00Z (30 h old)","emoji":false},{"type":"plain_text","text":"Then: limit: 24 h","emoji":false}]}
    {"type":"context","elements":[{"type":"mrkdwn","text":"<https://status.example.com/#backup-age-orders-1|Status page> · <https://status.example.com/runbooks/backup-age?incident=backup-age-orders-1|Runbook> · <https://cloud.mongodb.com/v2/65aa00000000000000000001#/clusters/detail/orders|Atlas>","verbatim":true}]}"
  `));
  test('of a storm', () =>
    expect(lines(standing(letterOf({ incidents: stormOf(6), statusUrl: null })))).toMatchInlineSnapshot(`
    "[P0] 6 incidents: cluster-1 (shop), cluster-2 (shop), cluster-3 (shop), cluster-4 (shop), cluster-5 (shop) and 1 more
    cluster-1 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    cluster-2 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    cluster-3 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    cluster-4 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    cluster-5 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    cluster-6 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z
    {"type":"header","text":{"type":"plain_text","text":"[P0] 6 incidents: cluster-1 (shop), cluster-2 (shop), cluster-3 (shop), cluster-4 (shop), cluster-5 (shop) and 1 more","emoji":false}}
    {"type":"section","text":{"type":"plain_text","text":"What to do now: Open the page: each incident there says what can still be restored and what to do now.","emoji":false}}
    {"type":"section","text":{"type":"plain_text","text":"• cluster-1 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z\\n• cluster-2 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z\\n• cluster-3 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z\\n• cluster-4 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z\\n• cluster-5 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z\\n• cluster-6 (shop): the newest recovery point is 30 h old, 24 h are allowed, since 2026-11-22T04:00:00Z","emoji":false}}
    {"type":"actions","elements":[{"type":"button","action_id":"acknowledge","text":{"type":"plain_text","text":"Acknowledge all 6","emoji":false},"value":"delivery-1","style":"primary"}]}"
  `));

  test('list thirty incidents by name, in sections that Slack takes', () => {
    const { blocks } = standing(letterOf({ incidents: stormOf(30) }));
    const said = JSON.stringify(blocks);
    expect(Array.from({ length: 30 }, (_, index) => `cluster-${index + 1} `).filter((name) => !said.includes(name))).toEqual([]);
    expect(said.length).toBeLessThan(12_000);
    expect(
      Math.max(...blocks.flatMap((block) => (block.type === 'section' && 'text' in block ? [block.text.text.length] : []))),
    ).toBeLessThanOrEqual(3_000);
  });

  test('say how many are not shown', () =>
    expect(JSON.stringify(standing(letterOf({ incidents: stormOf(100) })))).toMatch(/\+\d+ more on the page/));

  test('have the button only where an acknowledgement can reach us and something is open', () => {
    const button = (changes: Partial<Letter>): boolean => JSON.stringify(standing(letterOf(changes))).includes('"action_id":"acknowledge"');
    expect(button({})).toBe(true);
    expect(button({ canAcknowledge: false })).toBe(false);
    expect(button({ incidents: [incidentOf({ state: 'acknowledged' })] })).toBe(false);
    expect(button({ incidents: [resolvedIncident()] })).toBe(false);
  });

  test.for([1, 6, 60, 6_250])('carry the delivery’s key in the button, however many of %i incidents it is about', (count) => {
    const letter = letterOf({ key: `trigger/slack/0/backup-age-1+${count - 1}`, incidents: stormOf(count) });
    const actions = standing(letter).blocks.find((block) => block.type === 'actions');
    expect(actions).toMatchObject({ elements: [{ action_id: 'acknowledge', value: letter.key }] });
    const again = following({ ...letter, kind: 'remind' }).blocks.find((block) => block.type === 'actions');
    expect(again).toEqual(actions);
  });

  test("notify no channel and start no link for a name's sake", () => {
    const letter = letterOf({ key: 'hostile', incidents: [hostileIncident()], reroute: HOSTILE });
    for (const message of [
      standing(letter),
      following(letter),
      standing({ ...letter, kind: 'resolve', incidents: [{ ...hostileIncident(), state: 'resolved', resolvedAt: NOW }] }),
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
