import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.ts';
import { units } from '../../../lib/deliver/channels/sms/sms-message.ts';
import type { Chapter, Fault } from '../fault.ts';
import type { World } from '../world.ts';
import { NEXT_CHECK } from './acts.ts';
import { mendP1, toldP0, toldP2, troubleP0, troubleP1, troubleP2 } from './troubles.ts';

/** GSM 03.38: one segment. A second one may come much later, or never. */
const SEGMENT = 160;

const STORM = Array.from({ length: 12 }, (_, index) => `svc-${index}-of-the-platform-team`);

/** Every channel but the phones takes nothing, so that what came and went meanwhile is told late. */
function silence({ slack, smtp }: World): void {
  slack.fault(/./, { kind: 'status', status: 503 });
  smtp.fault('MAIL', { kind: 'answer', code: 421 });
}

function heal({ slack, smtp }: World): void {
  slack.heal();
  smtp.heal();
}

/** Null where the phone rang for nothing. */
function noPhone({ pagerduty, twilio }: World): string | null {
  const rang = pagerduty.alerts.length + twilio.messages.length;
  return rang === 0 ? null : `the phone rang ${rang} times`;
}

const faults: readonly Fault[] = [
  {
    id: 'p2-for-days',
    title: 'what nobody has to act on lasts for three days, and nobody acts: no ladder takes it to a phone',
    source: '[R] docs/facts/atlas.md §2 (M0 has no backups); docs/contract.md, clause 13',
    start: troubleP2,
    expect: [toldP2({ by: 'email' })],
    lasts: 3 * DAY,
    proof: noPhone,
  },
  {
    id: 'storm-in-one-text',
    title: 'twelve clusters with long names lose their backups at once: one text message of one segment says how many and of what',
    source: '[R] docs/facts/platform.md D (segments); docs/contract.md, clause 3',
    setup: { clusters: Object.fromEntries(STORM.map((name) => [name, {}])) },
    start: ({ cluster }) => STORM.forEach((name) => void (cluster(name).backup = false)),
    expect: STORM.map((about) => ({ check: 'backup-off', severity: 'critical', about, within: NEXT_CHECK }) as const),
    lasts: NEXT_CHECK + 10 * MINUTE,
    proof: ({ twilio }) => {
      const [first, ...more] = twilio.messages.map(({ body }) => body);
      if (first === undefined || more.length > 0) return `${more.length + (first === undefined ? 0 : 1)} text messages`;
      return units(first) <= SEGMENT && /12 clusters: no backups/.test(first) ? null : `the text says: ${first}`;
    },
  },
  {
    id: 'text-of-one-segment',
    title: 'a cluster in a project with a long name in another alphabet loses its backups',
    source: '[R] docs/facts/platform.md D (UCS-2 halves a segment)',
    setup: { before: ({ shop }) => void (shop.name = 'платформа-данных-и-отчётов-производство') },
    start: troubleP0,
    expect: [toldP0({ by: 'sms' })],
    lasts: NEXT_CHECK + 10 * MINUTE,
    proof: ({ twilio }) => twilio.messages.map(({ body }) => body).find((body) => units(body) > SEGMENT) ?? null,
  },
  {
    id: 'came-and-went-thrice',
    title:
      'three snapshots fail and are made good while neither Slack nor the mail server takes anything: one message a channel tells of it late',
    source: '[X] docs/facts/platform.md C, D; docs/contract.md, clause 14',
    start: (world) => {
      silence(world);
      troubleP1(world);
      world.atlas.failSnapshot(world.cluster('ledger'));
    },
    later: [
      [2 * HOUR, (world) => (mendP1(world), world.atlas.mend(world.cluster('ledger')))],
      [5 * HOUR, heal],
    ],
    expect: [],
    besides: { 'snapshot-failed': 'warning', monitor: 'critical' },
    lasts: 8 * HOUR,
    proof: ({ slack, smtp }) => {
      const late = [
        slack.messages.filter(({ text }) => text.includes('past')).length,
        smtp.mails.filter(({ subject }) => subject.includes('past')).length,
      ];
      return late.every((count) => count <= 1) ? null : `told late ${late.join(' and ')} times`;
    },
  },
  {
    id: 'one-unknown-one-down',
    title: 'a P1 comes and goes; whether Slack has it is not known, and the mail server is down: mail is told late all the same',
    source: '[X] docs/facts/platform.md C (no idempotency); docs/contract.md, clause 15',
    start: (world) => {
      world.slack.fault(/chat\.postMessage/, { kind: 'lose' }, 1);
      world.slack.fault(/./, { kind: 'status', status: 503 });
      world.smtp.fault('MAIL', { kind: 'answer', code: 421 });
      troubleP1(world);
    },
    later: [
      [80 * MINUTE, mendP1],
      [4 * HOUR, heal],
    ],
    expect: [],
    besides: { 'snapshot-failed': 'warning', monitor: 'critical' },
    lasts: 7 * HOUR,
    proof: ({ smtp }) => (smtp.mails.some(({ subject }) => subject.includes('orders')) ? null : 'mail heard nothing of it'),
  },
];

export const MESSAGES: Chapter = { heading: 'What the messages say, and whom they reach (docs/contract.md, clauses 13 to 16)', faults };
