import { z } from 'zod';
import type { RetentionBounds } from '../../domain/policy/policy.ts';
import { boundsInWords, contradicts } from '../../domain/retention/promise.ts';
import { CHOOSE_CLUSTERS, choosesClusters, chosenBy, isWithin } from './chosen-clusters.ts';
import { anyGiven, name, settings } from './policy-fields.ts';
import { retentionClasses, strictest } from './retention-policy.ts';
import { CLUSTER_DEFAULTS } from './defaults.ts';

/** A century: no law asks for more, and a schedule cannot promise it. */
const days = z.number().int('write whole days').positive('must be more than 0 days').max(36_600);

/** The bounds of the plan's class of that name hold for what is left out (plan 7.1). */
const boundsOfClass = settings({ minDays: days, maxDays: days }).refine(anyGiven, 'say what is promised: minDays, maxDays or both');

const assignment = z.strictObject({ ...chosenBy, class: z.string() }).refine(choosesClusters, CHOOSE_CLUSTERS);

const shape = z.strictObject({
  classes: z.record(name, boundsOfClass).optional(),
  /** A cluster that several entries choose has to keep the promises of all of their classes. */
  assign: z.array(assignment).optional(),
});

export type RetentionConfig = z.infer<typeof shape>;

export const retentionSchema = shape.superRefine(({ classes, assign = [] }, context) => {
  const bounds = retentionClasses(classes);
  const refuse = (path: readonly (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  for (const called of Object.keys(classes ?? {})) {
    const one = bounds.get(called);
    if (one && contradicts(one)) refuse(['classes', called], `${promised(called, one)}: raise maxDays, or lower minDays`);
  }
  assign.forEach((entry, index) => {
    const message = problemOf(assign, index, bounds);
    if (message !== null) refuse(['assign', index, 'class'], message);
  });
});

type Bounds = ReturnType<typeof retentionClasses>;

/** Which clusters a project or a tag chooses is known only when they are read; until then two entries overlap for certain if one lies within the other. */
function problemOf(assign: NonNullable<RetentionConfig['assign']>, index: number, bounds: Bounds): string | null {
  const entry = assign[index];
  const own = entry && bounds.get(entry.class);
  if (!entry) return null;
  if (!own) return `there is no class ${JSON.stringify(entry.class)}; there are ${[...bounds.keys()].join(', ')}`;
  const other = assign.slice(0, index).find((before) => {
    const theirs = bounds.get(before.class);
    const overlap = isWithin(entry, before) || isWithin(before, entry);
    return overlap && theirs !== undefined && !contradicts(own) && !contradicts(theirs) && contradicts(strictest([own, theirs]));
  });
  const theirs = other && bounds.get(other.class);
  if (!theirs) return null;
  return `contradicts assign.${assign.indexOf(other)}, which chooses the same clusters: ${promised(entry.class, own)}, ${promised(other.class, theirs)}; assign one of the two`;
}

function promised(called: string, bounds: RetentionBounds): string {
  return `class ${called} keeps backups for ${boundsInWords(bounds)}`;
}

type Settings = { readonly backupPolicy?: { readonly dailyDays?: number | undefined } | undefined };
type Rule = Settings & { readonly project?: string | undefined; readonly cluster?: string | undefined; readonly tag?: string | undefined };

type Promises = Settings & {
  readonly projects?: Readonly<Record<string, Settings>> | undefined;
  readonly clusters?: readonly Rule[] | undefined;
  readonly retention?: RetentionConfig | undefined;
};

/**
 * Refuses a class that lets backups of its clusters be kept for fewer days than `backupPolicy.dailyDays` promises: no schedule can keep both. Which clusters a
 * rule chooses is known only when they are read, so a lower `dailyDays` that may concern them is taken to do so.
 */
export function refuseUnkeepable(config: Promises, context: z.RefinementCtx): void {
  const bounds = retentionClasses(config.retention?.classes);
  const rules: readonly Rule[] = [
    ...Object.entries(config.projects ?? {}).map(([project, ofProject]) => ({ ...ofProject, project })),
    ...(config.clusters ?? []),
  ];
  config.retention?.assign?.forEach((entry, index) => {
    const most = bounds.get(entry.class)?.maxDays ?? null;
    const certain = rules.findLast((rule) => rule.backupPolicy?.dailyDays !== undefined && isWithin(entry, rule));
    const base = certain ?? config;
    const others = rules.flatMap((rule) => (isWithin(entry, rule) ? [] : (rule.backupPolicy?.dailyDays ?? [])));
    const promisedDays = Math.min(base.backupPolicy?.dailyDays ?? CLUSTER_DEFAULTS.backupPolicy.dailyDays, ...others);
    if (most === null || promisedDays <= most) return;
    const message = `contradicts backupPolicy.dailyDays: class ${entry.class} keeps backups for at most ${most} days, and daily snapshots are promised for ${promisedDays}; lower dailyDays for these clusters, or raise maxDays`;
    context.addIssue({ code: 'custom', path: ['retention', 'assign', index, 'class'], message });
  });
}
