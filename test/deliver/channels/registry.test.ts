import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHANNEL_IDS, CHANNEL_TRAITS, CHANNEL_VARIABLES, CHANNELS } from '../../../lib/deliver/channels/registry.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDERS = readdirSync(join(ROOT, 'lib/deliver/channels'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

test('every folder of a channel is registered under its own name, and nothing else is', () => {
  expect(FOLDERS.map(({ name }) => name).toSorted()).toEqual(CHANNEL_IDS.toSorted());
});

describe.for(CHANNEL_IDS)('the channel %s', (id) => {
  const {
    needs,
    acknowledgedBy = [],
    variables,
  }: { needs: readonly string[]; acknowledgedBy?: readonly string[]; variables: object } = CHANNELS[id];

  test('is opened by the file of its own name, and its test runs the contract', () => {
    expect(existsSync(join(ROOT, `lib/deliver/channels/${id}/${id}.ts`))).toBe(true);
    expect(readFileSync(join(ROOT, `test/deliver/channels/${id}/${id}.test.ts`), 'utf8')).toContain('channelContract(');
  });

  test('needs, takes and is acknowledged by variables of its own', () => {
    expect(needs).not.toEqual([]);
    expect(Object.keys(variables)).toEqual(expect.arrayContaining([...needs, ...acknowledgedBy]));
  });

  test('sends again at least what is critical, and claims no fewer messages than it sends at once', () => {
    const { repeats, lanes } = CHANNELS[id].traits;
    expect(repeats).toContain('P0');
    expect(lanes.abreast).toBeGreaterThan(0);
    expect(lanes.claimed).toBeGreaterThanOrEqual(lanes.abreast);
  });
});

test('no two channels have a variable or a label in common', () => {
  const names = CHANNEL_IDS.flatMap((id) => Object.keys(CHANNELS[id].variables));
  expect(Object.keys(CHANNEL_VARIABLES)).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(CHANNEL_IDS.map((id) => CHANNEL_TRAITS[id]?.label)).size).toBe(CHANNEL_IDS.length);
});

/** The stages decide by traits. What is about PagerDuty's own API says so by the constant of its folder. */
const STAGES = ['route', 'deliver', 'reconcile', 'people', 'run', 'ports', 'domain', 'render'];
const SOURCES = STAGES.flatMap((stage) =>
  readdirSync(join(ROOT, 'lib', stage), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !(stage === 'deliver' && path.startsWith('channels/')))
    .map((path) => `${stage}/${path}`),
);

test('no stage names a channel', () => {
  const named = new RegExp(`['"](${CHANNEL_IDS.join('|')})['"]`);
  expect(
    SOURCES.filter((path) =>
      named.test(readFileSync(join(ROOT, 'lib', path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|Pick<[^>]*>/g, '')),
    ),
  ).toEqual([]);
});
