import type { Check } from '../../domain/check/check-definition.ts';
import { backupAge } from '../../evaluate/checks/backup-age.ts';
import { retention } from '../../evaluate/checks/retention.ts';
import { rpo } from '../../evaluate/checks/rpo.ts';
import { snapshotSize } from '../../evaluate/checks/snapshot-size.ts';
import { known, unknown } from '../../domain/facts/fact.ts';
import { SETTING_IN_WORDS } from '../../domain/check/schedule-words.ts';
import type { Schedule } from '../../domain/facts/facts.ts';
import type { ClusterMemory } from '../../domain/memory/memory.ts';
import { schedulePromises } from '../../domain/memory/schedule-promises.ts';
import type { ClusterPolicy } from '../../domain/policy/policy.ts';
import { boundsInWords } from '../../domain/retention/promise.ts';
import { scheduleInWords } from '../../domain/retention/retention-words.ts';
import { plural } from '../../domain/text.ts';
import { type Instant, spell } from '../../domain/time.ts';

/** `actual`: what is set in Atlas, or which check compares. */
export type PolicyLine = { readonly what: string; readonly promised: string; readonly actual: string };

export type ScheduleBesidePolicy = {
  /** In words; null if no check could read it, or nothing is promised for the cluster. */
  readonly schedule: string | null;
  readonly readAt: Instant | null;
  /** Why nothing is promised; null where something is. */
  readonly exempt: string | null;
  readonly lines: readonly PolicyLine[];
};

/** Pure: what was last read of the schedule, for the forecast and for people; without items if none is known. */
export function knownSchedule({ schedule, history, due, restoreWindowDays }: ClusterMemory): Schedule {
  return {
    items: schedule?.emptied ? [] : (schedule?.items ?? []),
    nextSnapshotAt: due.at(-1) ?? null,
    restoreWindowDays,
    ...(history?.takenAt !== undefined && { takenAt: history.takenAt }),
    ...(history?.extraRetention && { extraRetention: history.extraRetention }),
  };
}

/** Pure: the schedule beside what policy promises. */
export function scheduleBesidePolicy(memory: ClusterMemory, policy: ClusterPolicy): ScheduleBesidePolicy {
  const schedule = knownSchedule(memory);
  const isKnown = memory.schedule !== undefined;
  return {
    schedule: isKnown ? scheduleInWords(schedule) : null,
    readAt: memory.schedule?.readAt ?? null,
    exempt: policy.exempt,
    lines: policy.exempt === null ? [...(isKnown ? settingLines(memory, schedule, policy) : []), ...otherLines(memory, policy)] : [],
  };
}

function settingLines({ pitr }: ClusterMemory, schedule: Schedule, policy: ClusterPolicy): readonly PolicyLine[] {
  const pitEnabled = pitr.on === null ? unknown('not read') : known(pitr.on, 0);
  return schedulePromises(schedule, { pitEnabled }, policy).map(({ setting, days, promised }) => ({
    what: SETTING_IN_WORDS[setting],
    promised: plural(promised, 'day'),
    actual: days === null ? 'Atlas does not say' : plural(days, 'day'),
  }));
}

/** The checks that compare what no setting of Atlas says. */
const CHECKS = { backupAge, retention, rpo, snapshotSize };

function otherLines({ pitr }: ClusterMemory, policy: ClusterPolicy): readonly PolicyLine[] {
  const by = ({ id }: Pick<Check, 'id'>): string => `compared by ${id}`;
  const on = pitr.on === null ? 'not read so far' : pitr.on ? 'on' : 'off';
  return [
    ...(policy.pitr.wanted
      ? [
          { what: 'continuous backup (PITR)', promised: 'on', actual: on },
          { what: 'RPO', promised: spell(policy.rpo.target), actual: by(CHECKS.rpo) },
        ]
      : []),
    { what: 'newest recovery point', promised: `at most ${spell(policy.backupAge.limit)} old`, actual: by(CHECKS.backupAge) },
    {
      what: 'size of a snapshot',
      promised: `changes by less than ${Math.round(policy.snapshotSize.change * 100)} %`,
      actual: by(CHECKS.snapshotSize),
    },
    ...(policy.retention === null
      ? []
      : [
          {
            what: `retention (${policy.retention.classes.join(', ')})`,
            promised: boundsInWords(policy.retention),
            actual: by(CHECKS.retention),
          },
        ]),
  ];
}
