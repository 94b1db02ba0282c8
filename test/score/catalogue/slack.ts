import { HOUR, MINUTE } from '../../../lib/domain/time.ts';
import type { Fault as ServerFault } from '../../emulators/server.ts';
import type { Chapter, Fault } from '../fault.ts';
import { edit, NEXT_CHECK } from './acts.ts';
import { each, mendP1, onePost, overdue, toldP1, troubleP1 } from './troubles.ts';

const SOON = NEXT_CHECK + 15 * MINUTE;

type Stumble = Pick<Fault, 'id' | 'title' | 'source'> & { readonly fault: ServerFault; readonly times?: number };

function stumble({ fault, times = 1, ...said }: Stumble): Fault {
  return {
    ...said,
    setup: fault.kind === 'hang' ? { requestTimeoutMs: 2_000 } : {},
    start: (world) => {
      troubleP1(world);
      world.slack.fault(/chat\.postMessage/, fault, times);
    },
    expect: [toldP1({ by: 'email' }), toldP1({ by: 'slack', within: SOON })],
    lasts: 2 * HOUR,
    mend: mendP1,
    endsWithin: 2 * HOUR,
    proof: onePost,
  };
}

const answered = (error: string): ServerFault => ({ kind: 'status', status: 200, body: { ok: false, error } });

const stumbles: readonly Fault[] = [
  stumble({
    id: 'slack-429',
    title: 'Slack answers 429 with Retry-After; the SDK would wait inside',
    source: '[X] docs/facts/platform.md C defaults',
    fault: { kind: 'status', status: 429, headers: { 'Retry-After': '60' } },
  }),
  stumble({
    id: 'slack-429-bare',
    title: 'Slack answers 429 without Retry-After',
    source: '[D] docs/facts/platform.md C rate limits',
    fault: { kind: 'status', status: 429 },
  }),
  stumble({
    id: 'slack-503',
    title: 'Slack answers 503 twice',
    source: '[R] docs/facts/platform.md C defaults',
    fault: { kind: 'status', status: 503 },
    times: 2,
  }),
  stumble({
    id: 'slack-hang',
    title: 'Slack never answers; the SDK has no timeout',
    source: '[X] docs/facts/platform.md C defaults (timeout 0)',
    fault: { kind: 'hang' },
  }),
  stumble({
    id: 'slack-reset',
    title: 'the connection is reset before Slack has the message',
    source: '[X] docs/facts/platform.md C defaults',
    fault: { kind: 'reset' },
  }),
  stumble({
    id: 'slack-lost-answer',
    title: 'Slack posts the message, and its answer is lost: the SDK would post five times',
    source: '[X] docs/facts/platform.md C (5 posts in 20 s)',
    fault: { kind: 'lose' },
  }),
  stumble({
    id: 'slack-html',
    title: 'something in between answers HTML with 200',
    source: '[R] docs/facts/platform.md C; E',
    fault: { kind: 'html', status: 200 },
  }),
  stumble({
    id: 'slack-posted-then-504',
    title: 'Slack posts the message, and something in between answers HTML with 504',
    source: '[R] docs/facts/platform.md C no idempotency; E',
    fault: { kind: 'handledThen', status: 504 },
  }),
  stumble({
    id: 'slack-posted-then-html',
    title: 'Slack posts the message, and something in between answers HTML with 200',
    source: '[R] docs/facts/platform.md C no idempotency; E',
    fault: { kind: 'handledThen', status: 200 },
  }),
  stumble({
    id: 'slack-undecided',
    title: 'Slack answers `internal_error`: the message may stand or not',
    source: '[D] docs/facts/platform.md C no idempotency; docs/contract.md, clause 6',
    fault: answered('internal_error'),
  }),
];

const refusals: readonly Fault[] = [
  {
    id: 'slack-token-revoked',
    title: 'Slack answers `ok:false`, `invalid_auth`, with 200',
    source: '[R] docs/facts/platform.md C; docs/contract.md, clause 6',
    start: (world) => {
      troubleP1(world);
      world.slack.fault(/./, answered('invalid_auth'));
    },
    expect: [toldP1({ by: 'email' }), overdue('slack', 2 * HOUR, 'email', 'info')],
    lasts: 3 * HOUR,
  },
  {
    id: 'slack-and-email-refuse',
    title: 'Slack and the mail server both refuse a P1',
    source: '[R] docs/facts/platform.md C, D; docs/contract.md, clause 1',
    start: (world) => {
      troubleP1(world);
      world.slack.fault(/./, answered('is_archived'));
      world.smtp.fault('RCPT', { kind: 'answer', code: 550 });
    },
    expect: [toldP1({ by: 'pagerduty' })],
    besides: { monitor: 'critical' },
    lasts: 2 * HOUR,
  },
  {
    id: 'slack-cannot-look',
    title: 'the answer is lost, and the app may not read the channel: a duplicate beats a loss',
    source: '[R] docs/facts/platform.md C no idempotency; docs/decisions/002-claims.md',
    start: (world) => {
      troubleP1(world);
      world.slack.scopes.delete('channels:history');
      world.slack.fault(/chat\.postMessage/, { kind: 'reset' }, 1);
    },
    expect: [toldP1({ by: 'slack', within: SOON })],
    lasts: 2 * HOUR,
  },
  {
    id: 'slack-update-fails',
    title: 'the message cannot be updated when the incident ends; the reply can',
    source: '[D] docs/facts/platform.md C (`chat.update`)',
    start: troubleP1,
    expect: [toldP1({ by: 'slack' })],
    lasts: 2 * HOUR,
    mend: (world) => {
      mendP1(world);
      world.slack.fault(/chat\.update/, { kind: 'status', status: 500 }, 2);
    },
    endsWithin: 2 * HOUR,
    proof: each(onePost, ({ slack }) => (slack.messages.every(({ blocks }) => blocks.length > 0) ? null : 'a message lost its blocks')),
  },
  {
    id: 'slack-too-long',
    title: 'three hundred broken entries make a message longer than Slack takes',
    source: '[S] docs/facts/platform.md C limits (about 13,200 characters, 3,000 a section)',
    start: ({ atlas }) =>
      atlas.fault(
        /\/clusters\?/,
        edit((body) => ({
          ...body,
          results: Array.from({ length: 300 }, (_, index) => ({ name: `nameless cluster number ${index} of a long list` })),
        })),
      ),
    expect: [{ check: 'visibility', severity: 'warning', about: 'shop', within: HOUR + NEXT_CHECK, by: 'slack' }],
    lasts: 2 * HOUR,
    proof: ({ slack }) => (slack.refused.length === 0 ? null : 'Slack refused it'),
  },
];

export const SLACK: Chapter = { heading: 'Slack (docs/facts/platform.md C)', faults: [...stumbles, ...refusals] };
