import { createHmac } from 'node:crypto';
import type { Head } from '../../lib/domain/incidents/head.ts';
import { NO_RECOVERY } from '../../lib/domain/recovery/restore-test.ts';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { incident } from '../support/incidents.ts';
import { EVIDENCE_KEY } from '../support/evidence-key.ts';
import { line, proof } from '../support/recovery.ts';
import { delivery } from './recorded.ts';
import { PASSWORD_HASHES } from '../support/password-hashes.ts';

const SECRETS = {
  CRON_SECRET: 'cron-secret-of-thirty-two-characters',
  METRICS_TOKEN: 'metrics-token-of-thirty-two-characters',
  PAGERDUTY_ROUTING_KEY: 'R0utingKeyOf32charactersAbcdefgh',
  PAGERDUTY_WEBHOOK_SECRET: 'pagerduty-webhook-secret',
  SLACK_BOT_TOKEN: 'xoxb-of-the-stage',
  SLACK_SIGNING_SECRET: 'slack-signing-secret',
} as const;

type Headers = Readonly<Record<string, string>>;

function basic(credentials: string): Headers {
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

export const ALICE = basic('alice:correct horse');
export const VICTOR = basic('victor:correct horse');
export const CRON: Headers = { authorization: `Bearer ${SECRETS.CRON_SECRET}` };
export const SCRAPER: Headers = { authorization: `Bearer ${SECRETS.METRICS_TOKEN}` };

/** All that the environment needs besides Atlas and the state. */
export async function environmentOfStage(): Promise<Readonly<Record<string, string>>> {
  const hash = PASSWORD_HASHES['correct horse'];
  return { ...SECRETS, STATUS_USERS: `alice:${hash},victor:${hash}:viewer`, EVIDENCE_KEY, SLACK_CHANNEL_ID: 'C0123456789' };
}

export function signedByPagerDuty(body: string): Headers {
  return { 'x-pagerduty-signature': `v1=${createHmac('sha256', SECRETS.PAGERDUTY_WEBHOOK_SECRET).update(body).digest('hex')}` };
}

export function signedBySlack(body: string, now: number): Headers {
  const time = String(Math.floor(now / 1_000));
  const signature = createHmac('sha256', SECRETS.SLACK_SIGNING_SECRET).update(`v0:${time}:${body}`).digest('hex');
  return { 'x-slack-signature': `v0=${signature}`, 'x-slack-request-timestamp': time };
}

/** The head of a first check, with one of everything that a status can show. */
export function withEverything(head: Head, now: number): Head {
  const resource = { projectId: 'p1', projectName: 'shop', clusterId: 'c1', name: 'orders', part: 'one' };
  const until = { at: now - HOUR, by: 'pitr', base: now - HOUR, baseExpiresAt: null } as const;
  const parts = [{ setting: 'restoreWindowDays', value: 6, words: 'restore window 6 days' }];
  const open = { openedAt: now - HOUR, startedAt: now - 2 * HOUR, resource };
  const acknowledgement = { by: 'dana', via: 'pagerduty', at: now - MINUTE, until: now + HOUR, madeAt: now - MINUTE };
  const message = { createdAt: now - HOUR };
  return {
    ...head,
    incidents: [
      ...head.incidents,
      incident('open', { ...open, restorable: { until, readAt: now, mayReachFurther: false, window: null }, team: 'shop' }),
      incident('acknowledged', { ...open, state: 'acknowledged', acknowledgement, trail: [acknowledgement] }),
      incident('weakened', { ...open, check: 'backup-policy', acceptable: parts }),
      incident('over', { ...open, state: 'resolved', resolvedAt: now - MINUTE, resolution: 'recovered' }),
    ],
    deliveries: [
      ...head.deliveries,
      delivery({ ...message, key: 'owed', incidents: ['weakened'], nextTryAt: now + HOUR, lastError: '503' }),
      delivery({ ...message, key: 'accepted', incidents: ['open'], state: 'accepted', acceptedAt: now - MINUTE }),
    ],
    silences: [{ id: 's1', match: { cluster: 'other', priority: 'P2' }, by: 'dana', why: 'resize', from: now, until: now + HOUR }],
    windows: [{ id: 'w1', match: { project: 'none' }, by: 'dana', why: 'patches', cron: '0 22 * * 6', timeZone: 'UTC', minutes: 60 }],
    acceptances: [{ id: 'a1', check: 'backup-policy', resource, parts, by: 'dana', why: 'cheaper', at: now - DAY }],
    proof: { startedAt: now - DAY, endedAt: now - DAY, incidents: [], verdict: 'passed', detail: 'all accepted' },
    recovery: {
      ...NO_RECOVERY,
      proofs: [proof({ measured: { restore: 1, validate: 1, search: 1, rto: 2, rpo: null } })],
      refusals: { x: { at: now, why: 'no tag', plan: 'weekly', source: { project: 'shop', cluster: 'orders' } } },
      integrity: { at: now, lines: [line('failed')], lastHeld: {} },
      drills: {
        ended: [{ id: 'd1', scenario: 'deletion', plan: null, at: now - DAY, verdict: 'failed', summary: 'late' }],
        followUps: [{ id: 'f1', drill: 'd1', text: 'buy a watch', since: now - DAY, due: null }],
        refusals: {},
      },
    },
  };
}
