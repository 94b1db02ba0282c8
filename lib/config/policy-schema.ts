import { z } from 'zod';
import { CHANNEL_IDS, CHECK_IDS } from '../domain/policy.ts';
import { escalationSchema } from './escalation.ts';
import { maintenanceWindow, proofTimes } from './maintenance.ts';
import { recoverySettings } from './recovery-schema.ts';
import { teamsSchema } from './teams.ts';

const hours = z
  .number()
  .positive('must be more than 0 hours')
  .max(24 * 366);
const minutes = z
  .number()
  .positive('must be more than 0 minutes')
  .max(60 * 24 * 366);
const fraction = z.number().positive('must be a percentage above 0').max(10_000);
const reason = z.string().trim().min(3, 'an exemption needs a reason in words');
const severity = z.enum(['critical', 'warning', 'info']);

/** What can be promised for a cluster. Everything left out keeps the value of the level above; the plan's tables are the lowest. */
const clusterSettings = z.strictObject({
  /** Nothing is promised: why. */
  exempt: reason.optional(),
  backupAge: z
    .strictObject({ limitHours: hours.optional(), excuseAtLeastMinutes: minutes.optional(), excuseAtMostMinutes: minutes.optional() })
    .optional(),
  graceHours: hours.optional(),
  rpo: z.strictObject({ targetMinutes: minutes.optional(), dayIsEnough: z.boolean().optional() }).optional(),
  snapshotSize: z
    .strictObject({
      changePercent: fraction.optional(),
      atLeastBytes: z.number().int().nonnegative().optional(),
      criticalChangePercent: fraction.nullable().optional(),
    })
    .optional(),
  pitr: z.strictObject({ wanted: z.boolean().optional(), gapMinutes: minutes.optional() }).optional(),
  backup: z.strictObject({ wanted: z.boolean() }).optional(),
  snapshotRunning: z
    .strictObject({ factor: z.number().min(1).optional(), atLeastHours: hours.optional(), withoutHistoryHours: hours.optional() })
    .optional(),
  pausedExpiry: z
    .strictObject({ warningDays: z.number().positive().optional(), criticalDays: z.number().positive().optional() })
    .optional(),
  severity: z.partialRecord(z.enum(CHECK_IDS), severity).optional(),
});

const channel = z.enum(CHANNEL_IDS, {
  error: (issue) => `there is no channel ${JSON.stringify(issue.input)}; there are ${CHANNEL_IDS.join(', ')}`,
});
const channels = z.array(channel).min(1, 'a priority needs a channel');

export const configSchema = clusterSettings.omit({ exempt: true }).extend({
  ...recoverySettings,
  routes: z.strictObject({ P0: channels.optional(), P1: channels.optional(), P2: channels.optional() }).optional(),
  smsResolves: z.boolean().optional(),
  stormAbove: z.number().int().min(1).optional(),
  visibility: z.strictObject({ criticalAfterHours: hours.optional() }).optional(),
  goneShownForDays: z.number().positive().max(366).optional(),
  responseMinutes: z.strictObject({ P0: minutes.optional(), P1: minutes.optional(), P2: minutes.optional() }).optional(),
  remindMinutes: z.strictObject({ P0: minutes.optional(), P1: minutes.optional(), P2: minutes.optional() }).optional(),
  acknowledgedForHours: hours.optional(),
  /** The rungs that are climbed while nobody acknowledges: the channels of a higher priority, then the contacts. */
  escalation: escalationSchema.optional(),
  /** Told last, when nobody has acknowledged on any other rung. */
  contacts: z
    .strictObject({
      sms: z.array(z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number as +15005550006')).optional(),
      email: z.array(z.email()).optional(),
    })
    .optional(),
  maintenance: z.array(maintenanceWindow).optional(),
  teams: teamsSchema.optional(),
  flapping: z
    .strictObject({ episodes: z.number().int().min(1).optional(), withinHours: hours.optional(), steadyHours: hours.optional() })
    .optional(),
  /** When a synthetic P0 and P1 prove the alert path; none by default, since it rings a phone. */
  alertProof: proofTimes.optional(),
  /** UTC; null: no digest. */
  digestHour: z.number().int().min(0).max(23).nullable().optional(),
  /** By project name or id. */
  projects: z.record(z.string().min(1), clusterSettings).optional(),
  /** The first three fields choose clusters (all that are given must fit); later entries win. */
  clusters: z
    .array(
      clusterSettings
        .extend({
          project: z.string().min(1).optional(),
          cluster: z.string().min(1).optional(),
          tag: z
            .string()
            .regex(/^[^=]+=.*$/, 'write a tag as key=value')
            .optional(),
        })
        .refine(
          (entry) => [entry.project, entry.cluster, entry.tag].some((given) => given !== undefined),
          'choose clusters by project, cluster or tag',
        ),
    )
    .optional(),
});

export type Config = z.input<typeof configSchema>;
export type ClusterSettings = z.infer<typeof clusterSettings>;
