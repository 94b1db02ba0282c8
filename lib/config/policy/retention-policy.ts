import type { ClusterIdentity, RetentionAssignment, RetentionBounds, RetentionPromise } from '../../domain/policy/policy.ts';
import { chosenInWords, fits } from './chosen-clusters.ts';
import { RETENTION_CLASSES } from './defaults.ts';
import type { RetentionConfig } from './retention-schema.ts';

/** The plan's classes with what the configuration changes of them, and its own, by name. */
export function retentionClasses(classes: RetentionConfig['classes'] = {}): ReadonlyMap<string, RetentionBounds> {
  const all = new Map(RETENTION_CLASSES);
  for (const [name, bounds] of Object.entries(classes)) {
    const { minDays, maxDays } = all.get(name) ?? { minDays: null, maxDays: null };
    all.set(name, { minDays: bounds.minDays ?? minDays, maxDays: bounds.maxDays ?? maxDays });
  }
  return all;
}

export function retentionAssignments({ assign = [] }: RetentionConfig): readonly RetentionAssignment[] {
  return assign.map((entry) => ({
    class: entry.class,
    chooses: chosenInWords(entry),
    matches: (cluster) => fits(entry, cluster),
  }));
}

/** What the classes that are assigned to a cluster promise together; null if none is. */
export function retentionFor(config: RetentionConfig | undefined, cluster: ClusterIdentity): RetentionPromise | null {
  const assigned = (config?.assign ?? []).filter((entry) => fits(entry, cluster)).map((entry) => entry.class);
  if (assigned.length === 0) return null;
  const classes = [...new Set(assigned)];
  const all = retentionClasses(config?.classes);
  return { classes, ...strictest(classes.flatMap((name) => all.get(name) ?? [])) };
}

/** The longest minimum and the shortest maximum. */
export function strictest(bounds: readonly RetentionBounds[]): RetentionBounds {
  const least = bounds.flatMap(({ minDays }) => minDays ?? []);
  const most = bounds.flatMap(({ maxDays }) => maxDays ?? []);
  return { minDays: least.length > 0 ? Math.max(...least) : null, maxDays: most.length > 0 ? Math.min(...most) : null };
}
