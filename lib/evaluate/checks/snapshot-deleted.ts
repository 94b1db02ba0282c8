import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { type Loss, LOSSES_COUNT_FOR } from '../../domain/memory/held/held-points.ts';
import { countPacked } from '../../domain/memory/held/packed-points.ts';
import { actInWords, actorInWords, actorsOf, SCHEDULE_ACTS, SNAPSHOT_ACTS } from '../../domain/memory/who-did-it.ts';
import type { Severity } from '../../domain/policy/policy.ts';
import { plural } from '../../domain/text.ts';
import { type Instant, iso } from '../../domain/time.ts';
import { clusterCheck, type CheckInput, type ReadSubject } from '../../domain/check/check-definition.ts';
import { step } from '../../domain/check/runbook.ts';

const check = 'snapshot-deleted';
const ACTION =
  'Ask whoever is named. If nobody meant it, treat it as a breach: take away the access, extend the retention of what is left, and take a snapshot now.';
/** So many scheduled points, and more than half of what there was, are critical (docs/contract.md, clause 10). */
const MASS_LOSS = 3;
const NOT_FURTHER = 'told; no further loss in 72 h, and what went is still gone';

/** Recovery points that went before their expiry, or whose expiry was brought forward. Lists are compared where they are folded into memory (fold-held.ts). */
export const snapshotDeleted = clusterCheck(
  {
    id: check,
    promise: 'recovery points stay until they expire',
    inShort: { one: 'recovery points gone too early' },
    severity: 'critical',
    severityInWords:
      'warning; critical from 3 scheduled ones in 72 h on, if they are more than half; on-demand ones alone stand in the digest',
    notReminded: true,
    runbook: {
      means:
        'Snapshots that earlier checks saw have gone from Atlas more than 12 h before their expiry, or their expiry was brought forward by more than a day.',
      risk: 'Moments that you could go back to are lost for good. Whoever deletes backups may be about to damage the data itself.',
      steps: [
        step('See what is left, and who did it.', 'list-snapshots', 'events'),
        'Ask the person, or the owner of the API key, that the alert names. If nobody meant it: take away that access, and treat it as a breach.',
        step('Extend the retention of what is left, and take a snapshot now.', 'keep-snapshot', 'snapshot-now'),
        'A Backup Compliance Policy keeps anybody from doing it again.',
      ],
      over: '72 h have passed without a further loss. What went does not come back.',
      follow: ['security-breach', 'manual-backup'],
    },
  },
  findingFor,
  { unless: notAsked, whilePaused: true },
);

function notAsked({ facts, policy }: ReadSubject): string | null {
  if (facts.kind === 'flex') return 'nobody can delete a flex snapshot';
  return policy.backup.wanted ? null : 'the policy asks no backups of it';
}

function findingFor(subject: ReadSubject, { now }: CheckInput): Finding {
  const { facts, memory, resource, policy } = subject;
  const unread = [facts.snapshots, facts.backupEnabled, facts.topology].find((fact) => !fact.known);
  if (unread?.known === false) return notKnown({ check, resource, summary: unread.reason });
  const { losses = [], lacked } = memory.held ?? {};
  const counting = episodeOf(
    losses.filter((loss) => loss.scheduled + loss.shortened > 0 || policy.onDemand === 'kept'),
    now,
  );
  if (counting.length > 0) return lostFinding(subject, counting, isMassLoss(counting) ? 'critical' : 'warning');
  const byScripts = episodeOf(losses, now);
  if (byScripts.length > 0) return { ...lostFinding(subject, byScripts, 'info'), digestOnly: true, ending: NOT_FURTHER };
  if (lacked !== undefined) {
    const words = `Atlas’s list lacks ${plural(countPacked(lacked.points), 'recovery point')} that it had before; the next list decides`;
    return notKnown({ check, resource, summary: words });
  }
  const ending = losses.length > 0 ? NOT_FURTHER : 'no longer known: nothing is remembered of what went';
  return ok({ check, resource, ending, summary: 'no recovery point went before its time in 72 h' });
}

/** The losses that are told together: the last ones, each at most 72 h after the one before; none if the last is 72 h old. */
function episodeOf(losses: readonly Loss[], now: Instant): readonly Loss[] {
  const last = losses.at(-1);
  if (last === undefined || now - last.at >= LOSSES_COUNT_FOR) return [];
  const before = losses.findLastIndex((loss, index) => (losses[index + 1]?.at ?? loss.at) - loss.at > LOSSES_COUNT_FOR);
  return losses.slice(before + 1);
}

/** Were at least 3 scheduled points lost within some 72 h, and more than half of the most that were held then? An expiry brought forward never counts. */
function isMassLoss(losses: readonly Loss[]): boolean {
  return losses.some(({ at, most }) => {
    const within = losses.filter((loss) => loss.at <= at && loss.at >= at - LOSSES_COUNT_FOR);
    const lost = sumOf(within, ({ scheduled }) => scheduled);
    return lost >= MASS_LOSS && lost * 2 > most;
  });
}

function lostFinding(subject: ReadSubject, losses: readonly Loss[], severity: Severity): Finding {
  const { resource, memory, project } = subject;
  const [from, to] = [Math.min(...losses.map(({ oldest }) => oldest)), Math.max(...losses.map(({ newest }) => newest))];
  const span = from === to ? iso(from) : `${iso(from)} to ${iso(to)}`;
  const types = [...SNAPSHOT_ACTS, ...SCHEDULE_ACTS];
  const acts = losses.flatMap((loss) => actorsOf(project.acts, { types, clusterId: memory.id, from: loss.after, to: loss.at }));
  const actors = [...new Set(acts.flatMap((act) => (act.actor === null ? [] : [actorInWords(act)])))];
  const left = subject.points?.points ?? [];
  const named = actors.length === 0 ? '' : `; Atlas names ${actors.slice(0, 3).join(' and ')}`;
  return failing({
    check,
    resource,
    summary: `${lossInWords(losses)}, taken ${span}; ${left.length} left${named}`,
    severity,
    action: ACTION,
    // What stands in the digest alone opens no incident that could be renewed, and scripts may cause a hundred losses.
    ...(severity !== 'info' && {
      counted: [
        ...losses.map((loss) => `${lossInWords([loss])} (found ${iso(loss.at)})`),
        ...actors.map((actor) => `Atlas names ${actor}`),
      ],
    }),
    evidence: [
      ['taken', span],
      [
        'when it happened',
        losses
          .slice(-3)
          .map(({ after, at }) => `between ${iso(after)} and ${iso(at)}`)
          .join('; '),
      ],
      ['left', left.length === 0 ? 'none' : `${left.length}, of ${iso(left[0]?.createdAt ?? 0)} to ${iso(left.at(-1)?.createdAt ?? 0)}`],
      [
        'who',
        acts.length === 0
          ? 'Atlas has not said so far'
          : [...new Set(acts.map((act) => `${actInWords(act)} (${act.type})`))].slice(-5).join('; '),
      ],
    ],
  });
}

/** "4 recovery points went before their time", with what else was lost or shortened. */
function lossInWords(losses: readonly Loss[]): string {
  const sums = [
    [sumOf(losses, ({ scheduled }) => scheduled), 'recovery point', 'went before their time'],
    [sumOf(losses, ({ onDemand }) => onDemand), 'on-demand snapshot', 'went before their time'],
    [sumOf(losses, ({ shortened }) => shortened), 'recovery point', 'expire over a day sooner than before'],
    [sumOf(losses, ({ shortenedOnDemand }) => shortenedOnDemand), 'on-demand snapshot', 'expire over a day sooner than before'],
  ] as const;
  return sums
    .flatMap(([count, what, became]) => (count === 0 ? [] : [`${plural(count, what)} ${count === 1 ? singular(became) : became}`]))
    .join(', ');
}

function singular(became: string): string {
  return became.replace('their', 'its').replace(/^expire /, 'expires ');
}

function sumOf(losses: readonly Loss[], count: (loss: Loss) => number): number {
  return losses.reduce((sum, loss) => sum + count(loss), 0);
}
