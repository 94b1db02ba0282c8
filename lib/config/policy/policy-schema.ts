import { z } from 'zod';
import { CHANNEL_IDS } from '../../deliver/channels/registry.ts';
import type { Priority, Rung } from '../../domain/policy/policy.ts';
import { CHECK_IDS } from '../../evaluate/checks/registry.ts';
import { CHOOSE_CLUSTERS, choosesClusters, chosenBy } from './chosen-clusters.ts';
import { above0, forEachPriority, nonEmpty, phoneNumber, settings } from './policy-fields.ts';
import { maintenanceWindow, proofTimes } from './maintenance-windows.ts';
import { recoverySettings } from './recovery-schema.ts';
import { refuseUnkeepable, retentionSchema } from './retention-schema.ts';
import { contactRoles, setUpSettings } from './set-up-schema.ts';
import { teamsSchema } from './team-schema.ts';

const hours = above0('hours', 24 * 366);
const minutes = above0('minutes', 60 * 24 * 366);
const keptDays = z.number('a number of days').int('whole days').min(0, 'days: 0 promises nothing, and less is not possible').max(36_600);
const fraction = z.number().positive('must be a percentage above 0').max(10_000);
const HOW_MANY = 'must be a whole number from 1 to 50';
const upTo50 = z.number(HOW_MANY).int(HOW_MANY).min(1, HOW_MANY).max(50, HOW_MANY);
const reason = z.string().trim().min(3, 'an exemption needs a reason in words');
const severity = z.enum(['critical', 'warning', 'info']);

/** What can be promised for a cluster. Everything left out keeps the value of the level above; the plan's tables are the lowest. */
const clusterSettings = settings({
  /** Why nothing is promised. */
  exempt: reason,
  backupAge: settings({ limitHours: hours, excuseAtLeastMinutes: minutes, excuseAtMostMinutes: minutes }),
  graceHours: hours,
  rpo: settings({ targetMinutes: minutes, dayIsEnough: z.boolean() }),
  snapshotSize: settings({
    changePercent: fraction,
    atLeastBytes: z.number().int().nonnegative(),
    criticalChangePercent: fraction.nullable(),
  }),
  pitr: settings({ wanted: z.boolean(), gapMinutes: minutes }),
  backup: z.strictObject({ wanted: z.boolean() }),
  onDemand: z.enum(['free', 'kept'], { error: 'is "free" (scripts may delete on-demand snapshots) or "kept" (losing one is a warning)' }),
  snapshotRunning: settings({ factor: z.number().min(1), atLeastHours: hours, withoutHistoryHours: hours }),
  /** 50 members are the most that a replica set can have. */
  redundancy: settings({ nodes: upTo50, regions: upTo50 }),
  backupPolicy: settings({ restoreWindowDays: keptDays, dailyDays: keptDays, onDemandDays: keptDays }),
  pausedExpiry: settings({ warningDays: z.number().positive(), criticalDays: z.number().positive() }),
  severity: z.partialRecord(z.enum(CHECK_IDS), severity),
});

const channel = z.enum(CHANNEL_IDS, {
  error: (issue) => `there is no channel ${JSON.stringify(issue.input)}; there are ${CHANNEL_IDS.join(', ')}`,
});
const channels = z.array(channel).min(1, 'a priority needs a channel');

const HEIGHT: Readonly<Record<Rung, number>> = { P2: 0, P1: 1, P0: 2, contacts: 3 };
const rung = z.enum(['P0', 'P1', 'contacts'], {
  error: (issue) =>
    `there is no rung ${JSON.stringify(issue.input)}; a rung is P1, P0 (their channels) or contacts; P2 is where nothing climbs to`,
});

/** Who is notified next while nobody acknowledges. A priority that is left out keeps its default; an empty list means no escalation. */
const escalationSchema = z.strictObject({ P0: ladder('P0'), P1: ladder('P1'), P2: ladder('P2') });

/** Each rung must be higher than the one before, so that nobody is reached twice. */
function ladder(from: Priority) {
  const rungs = z.array(rung).superRefine((all, context) =>
    all.forEach((name, index) => {
      const message = misplaced(name, from, all.slice(0, index));
      if (message !== null) context.addIssue({ code: 'custom', path: [index], message });
    }),
  );
  return rungs.optional();
}

function misplaced(name: Rung, from: Priority, before: readonly Rung[]): string | null {
  if (name === from) return `${name} is where it begins, so climbing there would tell the same people; take it out`;
  if (before.includes(name)) return `${name} stands on this ladder twice; take one of them out`;
  const highest = before.reduce<Rung>((top, one) => (HEIGHT[one] > HEIGHT[top] ? one : top), from);
  if (HEIGHT[name] > HEIGHT[highest]) return null;
  return `${name} is below ${highest}, and a ladder only climbs; ${highest === from ? 'take it out' : `put it before ${highest}`}`;
}

/** Settings of the clusters that these three fields choose. All that are given must fit; later entries win. */
const chosenClusters = clusterSettings.extend(chosenBy).refine(choosesClusters, CHOOSE_CLUSTERS);

const generalSettings = settings({
  routes: forEachPriority(channels),
  smsResolves: z.boolean(),
  stormAbove: z.number().int().min(1),
  visibility: settings({ criticalAfterHours: hours }),
  goneShownForDays: z.number().positive().max(366),
  responseMinutes: forEachPriority(minutes),
  remindMinutes: forEachPriority(minutes),
  acknowledgedForHours: hours,
  /** The rungs that are climbed while nobody acknowledges: the channels of a higher priority, then the contacts. */
  escalation: escalationSchema,
  /** Notified last, when nobody has acknowledged on any other rung. */
  contacts: settings({ sms: z.array(phoneNumber), email: z.array(z.email()), roles: contactRoles }),
  ...setUpSettings,
  maintenance: z.array(maintenanceWindow),
  teams: teamsSchema,
  flapping: settings({ episodes: z.number().int().min(1), withinHours: hours, steadyHours: hours }),
  /** When a synthetic P0 and P1 prove the alert path. There is no default, since it rings a phone. */
  alertProof: proofTimes,
  /** UTC; null: no digest. */
  digestHour: z.number().int().min(0).max(23).nullable(),
  /** By project name or id. */
  projects: z.record(nonEmpty, clusterSettings),
  clusters: z.array(chosenClusters),
  /** How long backups are kept, by class of data (plan 7.1). */
  retention: retentionSchema,
});

export const configSchema = clusterSettings
  .omit({ exempt: true })
  .extend(recoverySettings)
  .extend(generalSettings.shape)
  .refine(({ people, contacts }) => people === undefined || contacts?.roles === undefined, {
    path: ['contacts', 'roles'],
    message: 'names the same roles as `people`: keep one of the two',
  })
  .superRefine(refuseUnkeepable);

export type Config = z.input<typeof configSchema>;
export type ClusterSettings = z.infer<typeof clusterSettings>;
