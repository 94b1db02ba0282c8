import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECK_IDS, PRIORITIES } from '../lib/domain/policy.ts';
import { explainRouteTo } from '../lib/wire.ts';
import { loadEnvironmentFiles } from './env-files.ts';

const USAGE = `usage: npm run route -- --cluster NAME [--project NAME] [--check ID] [--priority P0] [--tag key=value]
  --cluster, --project: by name or id; a project alone: what is about all of it; neither: what is about the organisation
  --check: backup-age unless said; --priority: all three unless said; --tag: for a cluster that no run has seen, may be repeated`;

const OPTIONS = {
  cluster: { type: 'string' },
  project: { type: 'string' },
  check: { type: 'string', default: 'backup-age' },
  priority: { type: 'string' },
  tag: { type: 'string', multiple: true },
} as const;

/** Who would be told, by which channels and why, from configuration, environment and recorded state. Nothing is sent. */
async function route(): Promise<string> {
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  const check = CHECK_IDS.find((id) => id === values.check);
  if (check === undefined) throw new Error(`route: there is no check ${values.check}; there are ${CHECK_IDS.join(', ')}\n${USAGE}`);
  const priorities = PRIORITIES.filter((priority) => values.priority === undefined || priority === values.priority);
  if (priorities.length === 0)
    throw new Error(`route: there is no priority ${values.priority}; there are ${PRIORITIES.join(', ')}\n${USAGE}`);
  const tags = Object.fromEntries((values.tag ?? []).map((tag) => pair(tag)));
  loadEnvironmentFiles(join(import.meta.dirname, '..'));
  return explainRouteTo({ project: values.project, cluster: values.cluster, tags }, { check, priorities });
}

function pair(tag: string): readonly [string, string] {
  const [key, ...value] = tag.split('=');
  if (!key || value.length === 0) throw new Error(`route: --tag ${tag}: write it as key=value\n${USAGE}`);
  return [key, value.join('=')];
}

route().then(
  (words) => process.stdout.write(`${words}\n`),
  (error: unknown) => {
    const usage = error instanceof TypeError ? `\n${USAGE}` : '';
    process.stderr.write(`${error instanceof Error ? error.message : 'route: failed'}${usage}\n`);
    process.exitCode = 1;
  },
);
