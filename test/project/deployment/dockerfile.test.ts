import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type Copy, DockerfileParser, type Healthcheck, type JSONInstruction } from 'dockerfile-ast';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ROOT, textOf } from '../documents.ts';

const DOCKERFILE = 'docs/deployment/docker/Dockerfile';
const dockerfile = DockerfileParser.parse(textOf(DOCKERFILE));
const [build, final] = dockerfile.getFROMs();
const instructions = dockerfile.getInstructions();
/** The last stage: what runs. */
const running = instructions.filter((one) => one.getRange().start.line > (final?.getRange().start.line ?? 0));
const named = (keyword: string) => running.filter((one) => one.getKeyword() === keyword);
/** The words of an instruction in JSON form. */
// Proof: CMD, ENTRYPOINT and VOLUME are parsed as JSONInstruction (dockerfile-ast's parser).
const wordsOf = (keyword: string): readonly string[] =>
  named(keyword).flatMap((one) => (one as JSONInstruction).getJSONStrings().map((word) => JSON.parse(word.getValue())));
const [healthcheck] = dockerfile.getHEALTHCHECKs();

describe('the Dockerfile', () => {
  test('has two stages on the very version of Node that the project tests with, slim', () => {
    const { devDependencies } = JSON.parse(textOf('package.json'));
    const image = `node:${devDependencies.node}-trixie-slim`;
    expect(dockerfile.getFROMs().map((from) => from.getImage())).toEqual([image, image]);
    expect(build?.getBuildStage()).toBe('build');
  });

  test('installs what the lock file says, and leaves development dependencies behind', () => {
    const commands = instructions.filter((one) => one.getKeyword() === 'RUN').map((one) => one.getArgumentsContent() ?? '');
    expect(commands[0]).toBe('npm ci');
    expect(commands[1]).toMatch(/npm run build .*npm prune --omit=dev$/);
  });

  test('runs as another user than root, to whom nothing but the volume of the state belongs', () => {
    expect(named('USER').map((one) => one.getArgumentsContent())).toEqual(['node']);
    const last = running.filter((one) => ['RUN', 'COPY'].includes(one.getKeyword())).at(-1);
    expect(named('USER')[0]?.getRange().start.line).toBeGreaterThan(last?.getRange().start.line ?? Infinity);
    expect(wordsOf('VOLUME')).toEqual(['/state']);
    expect(named('RUN').map((one) => one.getArgumentsContent())).toEqual(['install -d -o node -g node -m 0700 /state']);
    expect(textOf(DOCKERFILE)).not.toContain('--chown');
    expect(textOf(DOCKERFILE)).toContain('STATE_PATH=/state/state.sqlite');
  });

  test('copies what there is, by COPY alone, and no secret', () => {
    expect(instructions.filter((one) => ['ADD', 'ARG'].includes(one.getKeyword()))).toEqual([]);
    const copies = dockerfile.getCOPYs().filter((copy: Copy) => copy.getFlags().length > 0);
    const sources = copies.flatMap((copy) => copy.getArguments().slice(0, -1)).map((word) => word.getValue().replace('/app/', ''));
    expect(sources).toEqual(expect.arrayContaining(['lib', 'scripts', '.next', 'node_modules', 'public', 'restorewatch.config.ts']));
    const made = ['.next', 'node_modules'];
    expect(sources.filter((path) => !made.includes(path) && !existsSync(join(ROOT, path)))).toEqual([]);
    expect(instructions.filter((one) => one.getKeyword() === 'ENV').map((one) => one.getArgumentsContent())).not.toContain(
      expect.stringMatching(/SECRET|TOKEN|PASSWORD|KEY/),
    );
  });

  test('starts the server without a shell, so that it gets the signal to stop', () => {
    expect(wordsOf('CMD')).toEqual(['node', 'scripts/start.ts']);
    expect(existsSync(join(ROOT, 'scripts/start.ts'))).toBe(true);
  });

  test.for(['.git', '.env*', '**/node_modules', '.next', '.restorewatch', 'backups', 'drills'])('leaves %s out of the image', (pattern) => {
    expect(textOf(`${DOCKERFILE}.dockerignore`).split('\n')).toContain(pattern);
  });
});

describe('the container', () => {
  test.for([
    [200, 0],
    [503, 0],
    [500, 1],
    [404, 1],
  ] as const)('whose /api/health answers %d ends its health check with %d', async ([answer, code]) => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(answer).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    expect(await checked(typeof address === 'object' && address !== null ? address.port : 0)).toBe(code);
    expect(paths).toEqual(['/api/health']);
  });

  test('whose server does not answer is unhealthy', async () => expect(await checked(9)).toBe(1));
});

/** How the health check ends, where the server has that port. */
async function checked(port: number): Promise<number> {
  const check: Healthcheck | undefined = healthcheck;
  const [, script = ''] = /CMD \["node", "-e", ("(?:[^"\\]|\\.)*")\]$/.exec(check?.getTextContent() ?? '') ?? [];
  const child = spawn(process.execPath, ['-e', JSON.parse(script)], {
    env: { NODE_ENV: 'production', PORT: String(port) },
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  return Number(code);
}
