import type { z } from 'zod';
import { CLUSTER_DEFAULTS } from './defaults.ts';
import { isWithin } from './chosen-clusters.ts';
import { retentionClasses } from './retention-policy.ts';
import type { RetentionConfig } from './retention-schema.ts';

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
    ...Object.entries(config.projects ?? {}).map(([project, settings]) => ({ ...settings, project })),
    ...(config.clusters ?? []),
  ];
  config.retention?.assign?.forEach((entry, index) => {
    const most = bounds.get(entry.class)?.maxDays ?? null;
    const certain = rules.findLast((rule) => rule.backupPolicy?.dailyDays !== undefined && isWithin(entry, rule));
    const base = certain ?? config;
    const others = rules.flatMap((rule) => (isWithin(entry, rule) ? [] : (rule.backupPolicy?.dailyDays ?? [])));
    const promised = Math.min(base.backupPolicy?.dailyDays ?? CLUSTER_DEFAULTS.backupPolicy.dailyDays, ...others);
    if (most === null || promised <= most) return;
    const message = `contradicts backupPolicy.dailyDays: class ${entry.class} keeps backups for at most ${most} days, and daily snapshots are promised for ${promised}; lower dailyDays for these clusters, or raise maxDays`;
    context.addIssue({ code: 'custom', path: ['retention', 'assign', index, 'class'], message });
  });
}
