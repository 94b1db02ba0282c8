import { DAY, HOUR, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { between, type Chance } from './chance.ts';
import type { Habits } from './habits.ts';

/** Clusters that become of another kind, and those that live for a few days. */
export function changing(begins: Instant, chance: Chance, plain: () => Habits): readonly Habits[] {
  const someday = (): Instant => begins + Math.floor(between(chance, 20, 300)) * DAY + Math.floor(between(chance, 0, 24 * 60)) * MINUTE;
  const flex = (): Habits => ({ ...plain(), kind: 'flex', every: DAY, pit: false, jitter: 10 * MINUTE });
  const daily = (): Habits => ({ ...plain(), every: DAY, takes: 40 * MINUTE, jitter: 10 * MINUTE });
  const dedicated = { kind: 'replicaSet', every: 6 * HOUR, pit: true } as const;
  const sharded = { kind: 'sharded', every: DAY, pit: true } as const;
  const upgradedAt = someday();
  return [
    { ...flex(), name: 'flex-converted', converted: { at: someday(), to: dedicated, snapshots: 'listed no more' } },
    { ...flex(), name: 'flex-upgraded', ends: { at: upgradedAt, by: 'upgrade' } },
    { ...plain(), name: 'flex-upgraded', bornAt: upgradedAt },
    {
      ...daily(),
      name: 'sharded-since',
      converted: { at: someday(), to: sharded, snapshots: chance() < 0.5 ? 'listed still' : 'listed no more' },
    },
    ...[30, 140, 250].map((day) => preview(plain(), begins + day * DAY)),
  ];
}

/** A pull request's cluster: it lives for two days, and its owner has said that nothing is promised for it. */
function preview(habits: Habits, bornAt: Instant): Habits {
  const tags = { 'restorewatch-exempt': 'preview' };
  return { ...habits, name: `preview-${bornAt}`, pit: false, tags, bornAt, ends: { at: bornAt + 2 * DAY + 30 * MINUTE, by: 'deletion' } };
}
