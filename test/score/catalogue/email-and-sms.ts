import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { Fault as ServerFault } from '../../emulators/server.ts';
import type { MailFault, Stage } from '../../emulators/smtp.ts';
import type { Chapter, Fault } from '../fault.ts';
import type { World } from '../world.ts';
import { NEXT_CHECK } from './acts.ts';
import { mendP0, mendP1, mendP2, overdue, texts, toldP0, toldP1, toldP2, troubleP0, troubleP1, troubleP2 } from './troubles.ts';

const SOON = NEXT_CHECK + 15 * MINUTE;

type Mailing = Pick<Fault, 'id' | 'title' | 'source'> & { readonly stage: Stage; readonly fault: MailFault };

/** The mail server stumbles once; Slack is told meanwhile. */
function mailing({ stage, fault, ...said }: Mailing): Fault {
  return {
    ...said,
    setup: fault.kind === 'hang' ? { requestTimeoutMs: 2_000 } : {},
    start: (world) => {
      troubleP1(world);
      world.smtp.fault(stage, fault, 1);
    },
    expect: [toldP1({ by: 'slack' }), toldP1({ by: 'email', within: SOON })],
    lasts: 2 * HOUR,
    mend: mendP1,
    endsWithin: 2 * HOUR,
    proof: oneMail,
  };
}

/** Copies of one mail carry one Message-ID, so that a receiver may show it once. */
function oneMail({ smtp }: World): string | null {
  const ids = new Set(
    smtp.mails.filter(({ subject }) => subject.includes('orders') && !/resolved/i.test(subject)).map((mail) => mail.headers['message-id']),
  );
  return ids.size === 1 ? null : `${ids.size} different mails of one incident`;
}

const mails: readonly Fault[] = [
  mailing({
    id: 'smtp-451',
    title: 'the mail server answers 451',
    source: '[X] docs/facts/platform.md D (safe to retry)',
    stage: 'RCPT',
    fault: { kind: 'answer', code: 451 },
  }),
  mailing({
    id: 'smtp-drop-after-data',
    title: 'the mail server keeps the mail, and the connection drops',
    source: '[X] docs/facts/platform.md D (ambiguous)',
    stage: 'BODY',
    fault: { kind: 'lose' },
  }),
  mailing({
    id: 'smtp-reset',
    title: 'the connection is reset before the mail is kept',
    source: '[X] docs/facts/platform.md D',
    stage: 'MAIL',
    fault: { kind: 'reset' },
  }),
  mailing({
    id: 'smtp-hang',
    title: 'the mail server falls silent; nodemailer would wait for minutes',
    source: '[R] docs/facts/platform.md D defaults (socket 600 s)',
    stage: 'MAIL',
    fault: { kind: 'hang' },
  }),
  {
    id: 'smtp-550-one',
    title: 'the mail server refuses one of two recipients',
    source: '[R] docs/facts/platform.md D; docs/contract.md, clause 6 (per recipient)',
    setup: { recipients: 2 },
    start: (world) => {
      troubleP1(world);
      world.smtp.fault('RCPT', { kind: 'answer', code: 550 }, 1);
    },
    expect: [toldP1({ by: 'slack' }), toldP1({ by: 'email' })],
    besides: { monitor: 'critical' },
    lasts: 90 * MINUTE,
  },
  {
    id: 'smtp-535',
    title: 'the mail server refuses our password for good',
    source: '[R] docs/facts/platform.md D; docs/contract.md, clause 6',
    start: (world) => {
      troubleP1(world);
      world.smtp.fault('AUTH', { kind: 'answer', code: 535 });
    },
    expect: [toldP1({ by: 'slack' }), overdue('email', 2 * HOUR, 'slack', 'info')],
    lasts: 3 * HOUR,
  },
  {
    id: 'smtp-refuses-p2',
    title: 'the mail server refuses a P2, whose only channel it is',
    source: '[R] docs/facts/platform.md D; docs/contract.md, clause 1',
    start: (world) => {
      troubleP2(world);
      world.smtp.fault('RCPT', { kind: 'answer', code: 554 });
    },
    expect: [toldP2({ by: 'slack' })],
    lasts: 2 * HOUR,
    mend: mendP2,
  },
  {
    id: 'smtp-down-p2',
    title: 'the mail server answers 421 for hours to a P2: its channel is overdue after four',
    source: '[X] docs/facts/platform.md D; docs/contract.md, clause 1',
    start: (world) => {
      troubleP2(world);
      world.smtp.fault('MAIL', { kind: 'answer', code: 421 });
    },
    expect: [overdue('email', 6 * HOUR, 'slack', 'info')],
    besides: { 'backup-off': 'info' },
    lasts: 6 * HOUR,
  },
];

type Texting = Pick<Fault, 'id' | 'title' | 'source'> & { readonly fault: ServerFault; readonly most?: number };

/** Twilio stumbles once over a P0; PagerDuty is told meanwhile. */
function texting({ fault, most = 1, ...said }: Texting): Fault {
  return {
    ...said,
    setup: fault.kind === 'hang' ? { requestTimeoutMs: 2_000 } : {},
    start: (world) => {
      troubleP0(world);
      world.twilio.fault(/./, fault, 1);
    },
    expect: [toldP0({ by: 'pagerduty' }), toldP0({ by: 'sms', within: SOON })],
    lasts: 2 * HOUR,
    mend: mendP0,
    endsWithin: 2 * HOUR,
    proof: texts(1, most),
  };
}

const phones: readonly Fault[] = [
  texting({
    id: 'twilio-500',
    title: 'Twilio answers 500',
    source: '[R] docs/facts/platform.md D',
    fault: { kind: 'status', status: 500 },
  }),
  texting({
    id: 'twilio-429',
    title: 'Twilio answers 429',
    source: '[R] docs/facts/platform.md D (segments a second)',
    fault: { kind: 'status', status: 429 },
  }),
  texting({
    id: 'twilio-hang',
    title: 'Twilio never answers',
    source: '[R] docs/facts/platform.md D (30 s, no retries)',
    fault: { kind: 'hang' },
  }),
  texting({
    id: 'twilio-html',
    title: 'something in between answers HTML with 201',
    source: '[R] docs/facts/platform.md D; E',
    fault: { kind: 'html', status: 201 },
  }),
  texting({
    id: 'twilio-lost-answer',
    title: 'Twilio sends the text, and its answer is lost: for a P0 a second one is better than none',
    source: '[R] docs/facts/platform.md D (no idempotency)',
    fault: { kind: 'lose' },
    most: 2,
  }),
  texting({
    id: 'twilio-sent-then-502',
    title: 'Twilio sends the text, and something in between answers HTML with 502: for a P0 a second one is better than none',
    source: '[R] docs/facts/platform.md D (no idempotency)',
    fault: { kind: 'handledThen', status: 502 },
    most: 2,
  }),
  {
    id: 'twilio-sent-then-500-p1',
    title: 'Twilio sends the text of a P1, and 500 is answered: for it none is better than a second, and the mail comes besides',
    source: '[R] docs/facts/platform.md D (no idempotency); docs/decisions/002-claims.md',
    setup: { policy: { routes: { P1: ['sms', 'email'] } } },
    start: (world) => {
      troubleP1(world);
      world.twilio.fault(/./, { kind: 'handledThen', status: 500 });
    },
    expect: [toldP1({ by: 'email' })],
    lasts: 3 * HOUR,
    proof: texts(1, 1),
  },
  {
    id: 'twilio-refuses',
    title: 'Twilio refuses the number: 400, 21211',
    source: '[R] docs/facts/platform.md D; docs/contract.md, clause 6',
    start: (world) => {
      troubleP0(world);
      world.twilio.fault(/./, { kind: 'status', status: 400, body: { code: 21_211, message: "Invalid 'To' Phone Number" } });
    },
    expect: [toldP0({ by: 'pagerduty' }), overdue('sms', SOON, 'slack')],
    lasts: 2 * HOUR,
  },
  {
    id: 'twilio-next-morning',
    title: 'Twilio holds texts for ten hours by default: last night’s page would ring in the morning',
    source: '[R] docs/facts/platform.md D (`validityPeriod`)',
    start: troubleP0,
    expect: [toldP0({ by: 'sms' })],
    lasts: HOUR,
    proof: ({ twilio }) =>
      twilio.messages.length > 0 && twilio.messages.every(({ validity }) => validity <= 900)
        ? null
        : 'a text for a P0 lives longer than 15 min',
  },
  {
    id: 'nobody-answers',
    title: 'every provider answers 503 for three hours',
    source: '[R] docs/facts/platform.md B–D, E (notice lost when the network is down)',
    start: (world) => {
      troubleP0(world);
      for (const provider of [world.pagerduty, world.slack, world.twilio]) provider.fault(/./, { kind: 'status', status: 503 });
      world.smtp.fault('MAIL', { kind: 'answer', code: 421 });
    },
    later: [[3 * HOUR, (world) => [world.pagerduty, world.slack, world.twilio, world.smtp].forEach((provider) => provider.heal())]],
    expect: [toldP0({ by: 'pagerduty', within: 4 * HOUR + 5 * MINUTE }), toldP0({ by: 'sms', within: 4 * HOUR + 5 * MINUTE })],
    besides: { monitor: 'critical' },
    lasts: 5 * HOUR,
    mend: mendP0,
    endsWithin: 3 * HOUR,
  },
];

export const EMAIL_AND_SMS: Chapter = { heading: 'Email and SMS (docs/facts/platform.md D)', faults: [...mails, ...phones] };
