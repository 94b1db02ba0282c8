import type { ElectableNodes } from '../../domain/facts/facts.ts';
import { failing, type Finding, notKnown, ok } from '../../domain/findings/finding.ts';
import { plural } from '../../domain/text.ts';
import { clusterCheck, type ReadSubject } from '../../domain/check/check-definition.ts';

const check = 'redundancy';
const ADD_NODES =
  'Add electable nodes (Atlas, cluster, Edit): with fewer than three, one that fails leaves no majority, and nothing can be written.';
const SET_UP =
  'Switch termination protection on, or add electable nodes in a further region (Atlas, cluster, Edit); or state what you promise under `redundancy` in restorewatch.config.ts.';

/** What stands between a failure and a restore: electable nodes, regions, and protection against a deletion by mistake (docs/contract.md, clause 10). */
export const redundancy = clusterCheck(
  {
    id: check,
    promise: 'electable nodes and regions as policy says, and termination protection',
    inShort: { one: 'less redundancy than promised' },
    severity: 'warning',
    severityInWords: 'warning for too few electable nodes; else info',
    setUp: true,
    runbook: {
      means:
        'A shard has fewer electable nodes than policy says, or they lie in fewer regions, or the cluster has no termination protection.',
      risk: 'Too few nodes: one failure stops all writes. Too few regions: a region that is down takes the cluster with it. No protection: one wrong click deletes the cluster, and its snapshots unless they are retained.',
      steps: [
        'Nodes and regions: Atlas → cluster → Edit → Multi-Region. Three electable nodes at least, an odd number of them.',
        'Termination protection: Atlas → cluster → Edit → Additional Settings. In Terraform: `termination_protection_enabled = true`.',
        'If less is meant: set `redundancy.nodes` or `redundancy.regions` for the cluster in restorewatch.config.ts.',
      ],
      over: 'Atlas lists the cluster as policy promises it.',
      follow: ['region-outage', 'accidental-deletion'],
    },
  },
  findingFor,
  // A pause changes no setting. Evaluated only while the cluster runs, nightly pauses would make an incident of each morning.
  { unless: ({ facts }) => (facts.kind === 'flex' ? 'Atlas runs the nodes of flex clusters' : null), whilePaused: true },
);

type Lack = { readonly name: string; readonly sentence: string; readonly severity: 'warning' | 'info' };

function findingFor(subject: ReadSubject): Finding {
  const { facts, resource } = subject;
  const lacks = [...lacksOfNodes(subject), ...lackOfProtection(subject)];
  const nodesLack = lacks.some(({ severity }) => severity === 'warning');
  const unread = [facts.electable, facts.terminationProtection].find((fact) => !fact.known);
  // What is known to lack is failing. What is unknown may be worse than an info, but not worse than a warning.
  if (unread && !unread.known && !nodesLack) return notKnown({ check, resource, summary: unread.reason });
  if (lacks.length === 0) return ok({ check, resource, summary: 'electable nodes, regions and termination protection are as promised' });
  return failing({
    check,
    resource,
    severity: nodesLack ? 'warning' : 'info',
    summary: lacks.map(({ sentence }) => sentence).join('; '),
    action: nodesLack ? ADD_NODES : SET_UP,
    evidence: facts.electable.known ? facts.electable.value.map((nodes, index) => [`shard ${index + 1}`, inWords(nodes)] as const) : [],
    counted: lacks.map(({ name }) => name),
  });
}

function lacksOfNodes({ facts, policy }: ReadSubject): readonly Lack[] {
  if (!facts.electable.known) return [];
  const { nodes, regions } = policy.redundancy;
  const shards = facts.electable.value.map((shard) => Object.values(shard));
  const fewestNodes = Math.min(...shards.map((counts) => counts.reduce((sum, count) => sum + count, 0)));
  const fewestRegions = Math.min(...shards.map((counts) => counts.length));
  const where = shards.length > 1 ? ' in a shard' : '';
  const lacks: Lack[] = [];
  if (fewestNodes < nodes)
    lacks.push({ name: 'nodes', severity: 'warning', sentence: `${plural(fewestNodes, 'electable node')}${where} (policy: ${nodes})` });
  if (fewestRegions < regions)
    lacks.push({
      name: 'regions',
      severity: 'info',
      sentence: `electable nodes in ${plural(fewestRegions, 'region')}${where} (policy: ${regions})`,
    });
  return lacks;
}

function lackOfProtection({ facts }: ReadSubject): readonly Lack[] {
  if (!facts.terminationProtection.known || facts.terminationProtection.value) return [];
  return [{ name: 'termination protection', severity: 'info', sentence: 'no termination protection' }];
}

function inWords(nodes: ElectableNodes): string {
  const regions = Object.entries(nodes).map(([region, count]) => `${count} in ${region}`);
  return regions.length === 0 ? 'no electable node' : regions.join(', ');
}
