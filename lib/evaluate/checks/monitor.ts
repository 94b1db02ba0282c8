import type { Check, CheckInput } from '../../domain/check/check-definition.ts';
import { failing, type Finding, ok } from '../../domain/findings/finding.ts';
import { MONITOR } from '../../domain/incidents/channel-address.ts';
import { ORGANISATION } from '../../domain/memory/cluster-subject.ts';
import { iso, spell } from '../../domain/time.ts';

const check = MONITOR;
const CLOCKS = { ...ORGANISATION, name: 'the clocks', part: 'clocks' };
const SET_CLOCK =
  'Compare this host’s clock with a time server (chronyc, timedatectl, `date -u`) and mend it. If it is right, tell MongoDB which snapshot is dated ahead.';

/** Most of its findings are made in lib/reconcile (monitor-findings.ts, overdue-channels.ts, missed-heartbeats.ts). Only the clocks are evaluated here. */
export const monitor: Check = {
  id: check,
  promise: 'the watchdog itself runs, and its messages arrive',
  inShort: { one: 'the watchdog itself is in trouble' },
  severity: 'critical',
  ofOrganisation: true,
  runbook: {
    means:
      'Restorewatch itself is in trouble: no check completed for three hours, its state cannot be read or written, a channel does not take its messages, or its clock and Atlas’s differ.',
    risk: 'Backups are not being watched, nobody is told, or ages are wrong.',
    steps: [
      'No check: see the host’s cron and its log; call /api/cron/check by hand and read its answer.',
      'State: the store’s console (status, limits, budget), KV_REST_API_URL and KV_REST_API_TOKEN.',
      'A channel or one recipient: `restorewatch alerts test --channel NAME` says what the provider answers.',
      'Clocks: compare `date -u` with a time server.',
    ],
    over: 'A check completes; the state can be written; nothing is overdue on the channel; no snapshot is dated ahead of us.',
    follow: ['region-outage'],
  },
  evaluate: clocks,
};

/** Snapshots dated more than 10 minutes ahead of us are one warning (docs/contract.md, clause 16). A cluster that could not be read may have one. */
function clocks({ clusters, memory, now }: CheckInput): readonly Finding[] {
  const ahead = clusters.flatMap(({ points, resource }) => (points?.ahead ? [{ at: points.ahead, resource }] : []));
  const [furthest] = ahead.toSorted((a, b) => b.at - a.at);
  if (!furthest) {
    const isRead = clusters.every(({ points, memory: { kind, gone } }) => points !== null || kind === 'free' || gone !== null);
    return memory.verdicts[check] === undefined || !isRead
      ? []
      : [ok({ check, resource: CLOCKS, summary: 'no snapshot is dated ahead of us' })];
  }
  const { at, resource } = furthest;
  const summary = `clocks differ by ${spell(at - now)}: a snapshot of ${resource.name} (${resource.projectName}) is dated ${iso(at)}, and no snapshot dated ahead of us counts as a recovery point`;
  const evidence = [
    ['our clock', iso(now)],
    ['clusters with such snapshots', String(ahead.length)],
  ] as const;
  return [failing({ check, resource: CLOCKS, severity: 'warning', summary, action: SET_CLOCK, evidence })];
}
