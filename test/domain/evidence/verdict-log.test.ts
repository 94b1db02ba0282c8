import { describe, expect, test } from 'vitest';
import { loggedVerdicts, withVerdicts } from '../../../lib/domain/evidence/verdict-log.ts';
import type { Verdict } from '../../../lib/domain/findings/finding.ts';
import type { ClusterMemory, Memory, VerdictNote } from '../../../lib/domain/memory/memory.ts';
import { policyOf } from '../../../lib/config/policy/define-config.ts';
import { evaluateRun } from '../../../lib/evaluate/evaluation.ts';
import { EMPTY_MEMORY } from '../../../lib/domain/memory/memory.ts';
import { MINUTE } from '../../../lib/domain/time.ts';
import { cluster, factsOf, NOW, project } from '../../support/facts.ts';

const facts = (at: number, names: readonly string[]) =>
  factsOf(
    [
      project(
        names.map((name) => cluster(at, { id: `id-of-${name}`, name })),
        at,
        { name: 'shop' },
      ),
    ],
    at,
  );
const run = (memory: Memory, at: number, names: readonly string[]): Memory =>
  evaluateRun(memory, facts(at, names), { policy: policyOf({}), projectIds: null }).memory;

const first = run(EMPTY_MEMORY, NOW, ['a', 'b']);

/** The memory with what a change makes of one cluster. */
function with_(memory: Memory, name: string, change: (of: ClusterMemory) => ClusterMemory): Memory {
  const projects = Object.entries(memory.projects).map(([id, one]) => {
    const clusters = Object.entries(one.clusters).map(([key, of]) => [key, of.name === name ? change(of) : of] as const);
    return [id, { ...one, clusters: Object.fromEntries(clusters) }] as const;
  });
  return { ...memory, projects: Object.fromEntries(projects) };
}

const judged =
  (check: string, verdict: Verdict) =>
  (of: ClusterMemory): ClusterMemory => {
    const note = Object.values(of.verdicts)[0];
    // Proof: every cluster that was evaluated has a note.
    return { ...of, verdicts: { ...of.verdicts, [check]: { ...(note as VerdictNote), verdict } } };
  };

const names = (verdicts: ReturnType<typeof loggedVerdicts>): readonly string[] => verdicts.clusters.map(({ name }) => name);

describe('the verdicts that a check adds to the log', () => {
  test('are those of every cluster, with project and all checks, where nothing is known of before', () => {
    const all = loggedVerdicts(null, first);
    expect([all.whole, names(all), all.gone]).toEqual([true, ['a', 'b'], []]);
    expect(all.clusters[0]).toMatchObject({ id: 'id-of-a', project: 'shop', verdicts: { rpo: expect.any(String) } });
  });

  test('are none where nothing changed', () => {
    const after = run(first, NOW + MINUTE, ['a', 'b']);
    expect(loggedVerdicts(first, after)).toEqual({ whole: false, clusters: [], gone: [], wider: {} });
  });

  test('are those of the cluster whose verdict changed', () => {
    const changes = loggedVerdicts(first, with_(first, 'b', judged('rpo', 'exempt')));
    expect([names(changes), changes.clusters[0]?.verdicts['rpo']]).toEqual([['b'], 'exempt']);
  });

  test('are not there for one that stays unknown, whose note counts runs', () => {
    const blind = with_(first, 'b', judged('rpo', 'unknown'));
    const again = with_(blind, 'b', (of) => ({
      ...of,
      verdicts: { ...of.verdicts, rpo: { ...(of.verdicts['rpo'] as VerdictNote), blindRuns: 7 } },
    }));
    expect(names(loggedVerdicts(blind, again))).toEqual([]);
  });

  test('name a cluster that came, one that was renamed, and the id of one that is gone', () => {
    const gone = with_(first, 'a', (of) => ({ ...of, gone: { at: NOW, by: null, left: '' } }));
    expect(loggedVerdicts(first, gone)).toMatchObject({ clusters: [], gone: ['id-of-a'] });
    expect(loggedVerdicts(gone, first)).toMatchObject({ clusters: [{ name: 'a' }], gone: [] });
    expect(
      names(
        loggedVerdicts(
          first,
          with_(first, 'a', (of) => ({ ...of, name: 'renamed' })),
        ),
      ),
    ).toEqual(['renamed']);
  });
});

describe('a reader of the log', () => {
  test('knows after each entry what memory knew', () => {
    const second = with_(with_(first, 'b', judged('rpo', 'failing')), 'a', (of) => ({ ...of, gone: { at: NOW, by: null, left: '' } }));
    const read = withVerdicts(withVerdicts(new Map(), loggedVerdicts(null, first)), loggedVerdicts(first, second));
    expect([...read.values()].map(({ name, verdicts }) => [name, verdicts['rpo']])).toEqual([['b', 'failing']]);
  });

  test('forgets everything before a list of all', () => {
    const before = withVerdicts(new Map(), loggedVerdicts(null, first));
    expect([...withVerdicts(before, { whole: true, clusters: [], gone: [], wider: {} }).keys()]).toEqual([]);
  });
});
