import type { Chapter } from '../fault.ts';
import { ALERTS } from './alerts.ts';
import { CLUSTERS } from './clusters.ts';
import { EMAIL_AND_SMS } from './email-and-sms.ts';
import { HOSTILE } from './hostile.ts';
import { MESSAGES } from './messages.ts';
import { PAGERDUTY } from './pagerduty.ts';
import { PITR } from './pitr.ts';
import { READING } from './reading.ts';
import { RETENTION } from './retention.ts';
import { SCHEDULER } from './scheduler.ts';
import { SLACK } from './slack.ts';
import { SNAPSHOTS } from './snapshots.ts';
import { STORE } from './store.ts';

export const CATALOGUE: readonly Chapter[] = [
  SNAPSHOTS,
  PITR,
  ALERTS,
  CLUSTERS,
  RETENTION,
  READING,
  PAGERDUTY,
  SLACK,
  EMAIL_AND_SMS,
  MESSAGES,
  HOSTILE,
  STORE,
  SCHEDULER,
];
