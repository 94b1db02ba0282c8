import { describe, expect, test } from 'vitest';
import { known } from '../../lib/domain/fact.ts';
import type { ClusterFacts } from '../../lib/domain/facts.ts';
import { HOUR } from '../../lib/domain/time.ts';
import { cluster, factsOf, NOW, once, project, told, UNREAD, watcher } from '../support/facts.ts';

const check = 'backup-off';
const off = { backupEnabled: known(false, NOW) };

describe('backups', () => {
  test.for<[string, Partial<ClusterFacts>, string]>([
    ['on', {}, 'ok'],
    ['off', off, 'failing critical'],
    ['off on a sharded cluster', { ...off, kind: 'sharded' }, 'failing critical'],
    ['off on flex', { ...off, kind: 'flex' }, 'failing critical'],
    ['off on a young cluster', { ...off, createdAt: known(NOW - 1, NOW) }, 'failing critical'],
    ['off while paused', { ...off, paused: known(true, NOW) }, 'failing critical'],
    ['off where exempt', { ...off, tags: { 'restorable-exempt': 'a sandbox' } }, 'exempt'],
    ['unread', { backupEnabled: UNREAD }, 'unknown'],
  ])('%s', ([, changes, verdict]) => expect(told(once({ cluster: changes }).finding(check))).toBe(verdict));

  test('off where policy wants none', () =>
    expect(told(once({ cluster: off }, { backup: { wanted: false } }).finding(check))).toBe('exempt'));

  test('an empty reason in the tag exempts nothing', () =>
    expect(told(once({ cluster: { ...off, tags: { 'restorable-exempt': ' ' } } }).finding(check))).toBe('failing critical'));

  test('off is one cause: backup-age, rpo and pitr-gap open nothing', () => {
    const { judgement } = once({ cluster: { ...off, pitEnabled: known(false, NOW), snapshots: known([], NOW) } });
    const opening = judgement.findings.filter(({ verdict, saidBy }) => verdict === 'failing' && saidBy === null);
    expect(opening.map((finding) => finding.check)).toEqual(['backup-off']);
  });
});

describe('M0 clusters', () => {
  const free = (id: string, changes: Partial<ClusterFacts> = {}): ClusterFacts =>
    cluster(NOW, { id, name: id, kind: 'free', ...off, ...changes });

  test('are one note of severity info a project, which names them', () => {
    const { judgement, finding } = watcher().read(factsOf([project([free('m1'), free('m2')])]));
    expect(told(finding(check, null))).toBe('failing info');
    expect(finding(check, null)?.summary).toContain('m1, m2');
    expect(judgement.findings.filter(({ verdict }) => verdict === 'failing')).toHaveLength(1);
  });

  test('are exempt, and counted apart from what is ok', () =>
    expect(
      watcher()
        .read(factsOf([project([free('m1')])]))
        .row('m1').verdict,
    ).toBe('exempt'));

  test('that are exempt by policy are not noted', () => {
    const exempted = free('m1', { tags: { 'restorable-exempt': 'a playground' } });
    expect(
      told(
        watcher()
          .read(factsOf([project([exempted])]))
          .finding(check, null),
      ),
    ).toBe('ok');
  });

  test('that are gone end the note', () => {
    const monitor = watcher();
    monitor.read(factsOf([project([free('m1'), cluster()])]));
    const without = factsOf([project([cluster(NOW + HOUR), cluster(NOW + HOUR, { id: 'm1', name: 'm1' })], NOW + HOUR)], NOW + HOUR);
    expect(told(monitor.read(without).finding(check, null))).toBe('ok');
  });
});
