import { describe, expect, test } from 'vitest';
import { known } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts } from '../../../lib/domain/facts/facts.ts';
import { HOUR } from '../../../lib/domain/time.ts';
import { cluster, factsOf, NOW, once, project, inWords, UNREAD, watcher } from '../../support/facts.ts';

const check = 'backup-off';
const off = { backupEnabled: known(false, NOW) };

describe('backup-off: backups', () => {
  test.for<[string, Partial<ClusterFacts>, string]>([
    ['that are on', {}, 'ok'],
    ['that are off', off, 'failing critical'],
    ['that are off on a sharded cluster', { ...off, kind: 'sharded' }, 'failing critical'],
    ['that are off on flex', { ...off, kind: 'flex' }, 'failing critical'],
    ['that are off on a young cluster', { ...off, createdAt: known(NOW - 1, NOW) }, 'failing critical'],
    ['that are off on a paused cluster', { ...off, paused: known(true, NOW) }, 'failing critical'],
    ['that are off on an exempt cluster', { ...off, tags: { 'restorewatch-exempt': 'a sandbox' } }, 'exempt'],
    ['of which Atlas does not say whether they are on', { backupEnabled: UNREAD }, 'unknown'],
  ])('%s: $2', ([, changes, verdict]) => expect(inWords(once({ cluster: changes }).finding(check))).toBe(verdict));

  test('that are off and not wanted by the policy are exempt', () =>
    expect(inWords(once({ cluster: off }, { backup: { wanted: false } }).finding(check))).toBe('exempt'));

  test('are not exempt by a tag without a reason', () =>
    expect(inWords(once({ cluster: { ...off, tags: { 'restorewatch-exempt': ' ' } } }).finding(check))).toBe('failing critical'));

  test('that are off make one incident: backup-age, rpo and pitr-gap open none', () => {
    const { judgement } = once({ cluster: { ...off, pitEnabled: known(false, NOW), snapshots: known([], NOW) } });
    const opening = judgement.findings.filter(({ verdict, explainedBy }) => verdict === 'failing' && explainedBy === null);
    expect(opening.map((finding) => finding.check)).toEqual(['backup-off']);
  });
});

describe('backup-off: M0 clusters', () => {
  const free = (id: string, changes: Partial<ClusterFacts> = {}): ClusterFacts =>
    cluster(NOW, { id, name: id, kind: 'free', ...off, ...changes });

  test('make one info finding a project, which names them', () => {
    const { judgement, finding } = watcher().read(factsOf([project([free('m1'), free('m2')])]));
    expect(inWords(finding(check, null))).toBe('failing info');
    expect(finding(check, null)?.summary).toContain('m1, m2');
    expect(judgement.findings.filter(({ verdict }) => verdict === 'failing')).toHaveLength(1);
  });

  test('are exempt and not counted as ok', () =>
    expect(
      watcher()
        .read(factsOf([project([free('m1')])]))
        .row('m1').verdict,
    ).toBe('exempt'));

  test('that are exempt by policy make no info finding', () => {
    const exempted = free('m1', { tags: { 'restorewatch-exempt': 'a playground' } });
    expect(
      inWords(
        watcher()
          .read(factsOf([project([exempted])]))
          .finding(check, null),
      ),
    ).toBe('ok');
  });

  test('that were deleted resolve the info finding', () => {
    const monitor = watcher();
    monitor.read(factsOf([project([free('m1'), cluster()])]));
    const without = factsOf([project([cluster(NOW + HOUR), cluster(NOW + HOUR, { id: 'm1', name: 'm1' })], NOW + HOUR)], NOW + HOUR);
    expect(inWords(monitor.read(without).finding(check, null))).toBe('ok');
  });
});
