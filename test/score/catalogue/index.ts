import type { Chapter } from '../fault.ts';
import { ALERTS } from './alerts.ts';
import { CLUSTERS } from './clusters.ts';
import { DAILY } from './daily.ts';
import { CONVERSIONS } from './conversions.ts';
import { COPIES_AND_NODES } from './copies-and-nodes.ts';
import { DELETIONS } from './deletions.ts';
import { EMAIL_AND_SMS } from './email-and-sms.ts';
import { HOSTILE } from './hostile.ts';
import { MESSAGES } from './messages.ts';
import { PAGERDUTY } from './pagerduty.ts';
import { PITR } from './pitr.ts';
import { READING } from './reading.ts';
import { RETENTION } from './retention.ts';
import { SCHEDULER } from './scheduler.ts';
import { SCHEDULES } from './schedules.ts';
import { SET_UP } from './set-up.ts';
import { SLACK } from './slack.ts';
import { SNAPSHOTS } from './snapshots.ts';
import { STORE } from './store.ts';

export const CATALOGUE: readonly Chapter[] = [
  SNAPSHOTS,
  SCHEDULES,
  DELETIONS,
  PITR,
  ALERTS,
  CLUSTERS,
  CONVERSIONS,
  RETENTION,
  COPIES_AND_NODES,
  READING,
  DAILY,
  PAGERDUTY,
  SLACK,
  EMAIL_AND_SMS,
  MESSAGES,
  HOSTILE,
  STORE,
  SCHEDULER,
  SET_UP,
];
