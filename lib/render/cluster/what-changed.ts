import type { ClusterMemory, ProjectMemory } from '../../domain/memory/memory.ts';
import { actorInWords } from '../../domain/memory/who-did-it.ts';
import type { Instant } from '../../domain/time.ts';

/** `by`: null if Atlas names nobody. */
export type Change = { readonly at: Instant; readonly what: string; readonly by: string | null };

/** More are in Atlas's activity feed. */
const SHOWN = 30;

const WORDS: Readonly<Record<string, string>> = {
  CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT: 'backup schedule changed',
  CPS_SNAPSHOT_DELETED_AUDIT: 'snapshot deleted',
  CPS_SNAPSHOT_RETENTION_MODIFIED_AUDIT: 'retention of a snapshot changed',
};

/** Pure: what is remembered that somebody changed at the cluster, or in its project without naming a cluster; the newest first. */
export function changesOf(project: ProjectMemory, cluster: ClusterMemory): readonly Change[] {
  const acts = (project.acts ?? []).flatMap((act) => {
    const isAbout = act.clusterId === cluster.id || (act.clusterId === null && act.clusterName === null);
    const where = act.clusterId === null ? ' (of a cluster that Atlas does not name)' : '';
    return isAbout ? [{ at: act.at, what: `${wordsOf(act.type)}${where}`, by: act.actor === null ? null : actorInWords(act) }] : [];
  });
  const seen = cluster.changes.map(({ at, what }) => ({ at, what, by: null }));
  return [...acts, ...seen].toSorted((a, b) => b.at - a.at).slice(0, SHOWN);
}

/** An event of Atlas: "cps data protection updated". */
function wordsOf(type: string): string {
  return WORDS[type] ?? type.replaceAll('_', ' ').toLowerCase();
}
