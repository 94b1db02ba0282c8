import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeWith } from '../../support/services.ts';
import { ROOT, textOf } from '../documents.ts';

const WORKFLOW = z.object({
  on: z.object({
    schedule: z.array(z.object({ cron: z.string() })),
    workflow_dispatch: z.object({ inputs: z.object({ route: z.object({ options: z.array(z.string()) }) }) }),
  }),
  permissions: z.object({}).strict(),
  jobs: z.object({ call: z.object({ steps: z.tuple([z.object({ run: z.string(), env: z.record(z.string(), z.string()) })]) }) }),
});
const workflow = WORKFLOW.parse(parse(textOf('docs/deployment/github-actions.yaml')));
const [step] = workflow.jobs.call.steps;
const CRONS: readonly { readonly path: string; readonly schedule: string }[] = JSON.parse(textOf('vercel.json')).crons;
const SECRET = 'a secret of the callers’ test';

type Ended = { readonly status: number | null; readonly output: string; readonly requests: readonly IncomingMessage[] };

/** Runs the shell's words while a server answers every request so. */
async function callAgainst(status: number, args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(status, status === 308 ? { location: '/elsewhere' } : {}).end(`{"answer":${status}}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const env = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'test' as const,
    PORT: port,
    RESTOREWATCH_URL: `http://127.0.0.1:${port}/`,
    ...environment,
  };
  const child = spawn('bash', [...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [[ended], stdout, stderr] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { status: Number(ended), output: stdout + stderr, requests };
}

const github = (called: string): readonly [readonly string[], Readonly<Record<string, string>>] => [
  // As GitHub runs a step: bash -e.
  ['-e', '-c', step.run],
  { CALLED: called, CRON_SECRET: SECRET },
];
const systemd = (route: string): readonly [readonly string[], Readonly<Record<string, string>>] => [
  [join(ROOT, 'docs/deployment/systemd/call-cron.sh'), route],
  { CRON_SECRET: SECRET },
];

describe('the workflow for GitHub', () => {
  test('is scheduled as often as the crons of vercel.json, and not at full hours, which GitHub delays most', () => {
    const scheduled = workflow.on.schedule.map(({ cron }) => cron);
    expect(scheduled).toEqual(CRONS.map(({ schedule }) => (schedule === '0 * * * *' ? '7 * * * *' : schedule)));
  });

  test('can be started by hand for each of them', () => {
    expect(workflow.on.workflow_dispatch.inputs.route.options).toEqual(CRONS.map(({ path }) => path.replace('/api/cron/', '')));
  });

  test('gets the secret from GitHub’s secrets, and has it nowhere in its command', () => {
    expect(step.env['CRON_SECRET']).toBe('${{ secrets.CRON_SECRET }}');
    expect(step.run).not.toContain('${{');
  });
});

describeWith('curl', 'a call of a cron route from outside', () => {
  test.for([
    ...CRONS.map(({ path }, index) => ['github', workflow.on.schedule[index]?.cron ?? '', path] as const),
    ['github', 'drill', '/api/cron/drill'] as const,
    ...CRONS.map(({ path }) => ['systemd', path.replace('/api/cron/', ''), path] as const),
  ])('by %s for "%s" reaches %s with the secret and the name of who calls', async ([name, called, path]) => {
    const { status, output, requests } = await callAgainst(200, ...(name === 'github' ? github(called) : systemd(called)));
    expect({ status, output }).toEqual({ status: 0, output: '{"answer":200}' });
    expect(requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['GET', `${path}?trigger=${name}`, `Bearer ${Buffer.from(SECRET).toString('latin1')}`],
    ]);
  });

  test.for([
    ['github', 401],
    ['github', 500],
    ['systemd', 401],
    ['systemd', 500],
  ] as const)('by %s fails and shows the answer where that is %d', async ([name, code]) => {
    const { status, output } = await callAgainst(code, ...(name === 'github' ? github('check') : systemd('check')));
    expect(status).not.toBe(0);
    expect(output).toContain(`{"answer":${code}}`);
    expect(output).toContain(String(code));
  });

  test.for(['github', 'systemd'] as const)(
    'by %s fails for a redirect, behind which no route was called, and goes nowhere',
    async (name) => {
      const { status, output, requests } = await callAgainst(308, ...(name === 'github' ? github('check') : systemd('check')));
      expect({ failed: status !== 0, requests: requests.length }).toEqual({ failed: true, requests: 1 });
      expect(output).toMatch(/redirect/i);
    },
  );

  test.for(['github', 'systemd'] as const)('by %s sends a secret with quotes and backslashes as it is', async (name) => {
    const [args] = name === 'github' ? github('check') : systemd('check');
    const secret = String.raw`a"quoted"\n-secret`;
    const { requests } = await callAgainst(200, args, { CALLED: 'check', CRON_SECRET: secret });
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${secret}`]);
  });

  test('by the crontab of docs/deployment/server.md fails for a redirect too', () => {
    const lines = textOf('docs/deployment/server.md')
      .split('\n')
      .filter((line) => line.includes('https://status.example.com/api/cron/'));
    expect(lines.map((line) => /\/api\/cron\/[\w-]+/.exec(line)?.[0])).toEqual(CRONS.map(({ path }) => path));
    expect(lines.filter((line) => !line.includes('curl -fsSL --max-redirs 0 '))).toEqual([]);
  });

  test.for([
    ['github', 'CRON_SECRET', 'set the secret CRON_SECRET'],
    ['github', 'RESTOREWATCH_URL', 'set the variable RESTOREWATCH_URL'],
    ['systemd', 'CRON_SECRET', 'CRON_SECRET: is not set'],
  ] as const)('by %s without %s fails before it calls anything, and says so', async ([name, missing, words]) => {
    const [args, environment] = name === 'github' ? github('check') : systemd('check');
    const { status, output, requests } = await callAgainst(200, args, { ...environment, [missing]: '' });
    expect({ failed: status !== 0, requests: requests.length }).toEqual({ failed: true, requests: 0 });
    expect(output).toContain(words);
  });
});
