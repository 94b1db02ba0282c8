import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClusterRow, RecordedFinding } from '../../../lib/domain/findings/recorded-view.ts';
import { emptyHead, type Head } from '../../../lib/domain/incidents/head.ts';
import { HOUR, MINUTE, short } from '../../../lib/domain/time.ts';
import { EMPTY_MEMORY } from '../../../lib/domain/memory/memory.ts';
import { writePacked } from '../../../lib/record/blobs/packed-blobs.ts';
import { openSqliteStore } from '../../../lib/record/sqlite/sqlite.ts';
import { incident, resource } from '../../support/incidents.ts';
import { clusterRow } from '../../support/rows.ts';
import { type Said, restorewatch } from '../run.ts';

const now = Date.now();
const run = { runId: 'run-1', startedAt: now - 10 * MINUTE, finishedAt: now - 9 * MINUTE, complete: true };
const finding: RecordedFinding = { check: 'rpo', verdict: 'ok', severity: null, summary: 'as promised', evidence: [], since: now };
const window = { from: now - 7 * 24 * HOUR, to: now - 10 * MINUTE, breaks: [] };
const row = clusterRow('orders', { clusterId: 'c1', window, newestRecoveryPoint: now - 5 * HOUR, findings: [finding] }, run.startedAt);
const failing = (severity: 'critical' | 'warning'): Partial<ClusterRow> => ({
  verdict: 'failing',
  findings: [{ ...finding, verdict: 'failing', severity, summary: `a ${severity} fault` }],
});

const ALERT_PATH = { projectId: null, projectName: null, clusterId: null, name: 'the alert path', part: 'proof' };
const SYNTHETIC = { check: 'alert-path', resource: { ...ALERT_PATH, part: 'P0' } } as const;

/** `restorewatch status` of a store that a check left so. */
async function shown(clusters: readonly ClusterRow[], changes: Partial<Head> = {}, ...args: readonly string[]): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-status-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'state.sqlite');
  const store = openSqliteStore(path);
  const [, { names: viewBlobs }] = await writePacked(store, run.runId, [EMPTY_MEMORY, { runId: run.runId, clusters, wider: [] }]);
  const head = { ...emptyHead(now), lastRun: run, lastComplete: run, viewBlobs, ...changes };
  await store.swap({ expected: 0, writer: 'test', head, adopt: viewBlobs, drop: [], history: [], release: null, now });
  await store.close();
  const env = { ATLAS_CLIENT_ID: 'watch', ATLAS_CLIENT_SECRET: 'watch-secret', STATE_PATH: path, ALERTS: 'off' };
  return restorewatch(['status', ...args], { env });
}

describe('restorewatch status', () => {
  test.for<[string, number, RegExp, readonly ClusterRow[], Partial<Head>]>([
    ['all is as promised', 0, /^OK: /, [row], {}],
    ['a cluster is exempt', 0, /^OK: /, [{ ...row, verdict: 'exempt' }], {}],
    ['a warning', 1, /^WARNING: /, [{ ...row, ...failing('warning') }], {}],
    ['a critical finding', 2, /^CRITICAL: /, [{ ...row, ...failing('critical') }], {}],
    ['an open incident alone', 2, /^CRITICAL: /, [row], { incidents: [incident('i1')] }],
    ['the synthetic incident of a proof alone', 0, /^OK: /, [row], { incidents: [incident('i1', SYNTHETIC)] }],
    [
      'a proof that failed',
      2,
      /^CRITICAL: the alert path: /,
      [row],
      { incidents: [incident('i1', { ...SYNTHETIC, resource: ALERT_PATH })] },
    ],
    ['an incident that is over', 0, /^OK: /, [row], { incidents: [incident('i1', { state: 'resolved', resolvedAt: now })] }],
    ['an unknown cluster', 3, /^UNKNOWN: /, [{ ...row, verdict: 'unknown' }], {}],
    [
      'a warning beside an unknown cluster',
      1,
      /^WARNING: /,
      [
        { ...row, verdict: 'unknown' },
        { ...row, ...failing('warning') },
      ],
      {},
    ],
    ['no check yet', 3, /^UNKNOWN: /, [], { lastRun: null, lastComplete: null }],
    ['a stale run', 3, /^UNKNOWN: .*\nStale: /, [row], { lastComplete: { ...run, finishedAt: now - 3 * HOUR } }],
    [
      'a stale run with a critical finding',
      2,
      /^CRITICAL: /,
      [{ ...row, ...failing('critical') }],
      { lastComplete: { ...run, finishedAt: now - 3 * HOUR } },
    ],
  ])('with %s ends with %i, as monitoring plugins do', async ([, expected, words, clusters, changes]) => {
    const { code, stdout, stderr } = await shown(clusters, changes);
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
    expect(stdout).toMatch(words);
  });

  test('names the worst open incident in line 1, since a monitoring plugin shows no other', async () => {
    const incidents = [
      incident('i1', { severity: 'warning', priority: 'P1', summary: 'late' }),
      incident('i2', { summary: 'too\nold', resource: { ...resource(), name: 'orders' } }),
      incident('i3', SYNTHETIC),
    ];
    const [first] = (await shown([row], { incidents })).stdout.split('\n');
    expect(first).toMatch(/^CRITICAL: orders \(shop\): too old; /);
  });

  test('lists the clusters by urgency, each with when it can be restored to and why it is there', async () => {
    const clusters = [
      { ...row, name: 'fine' },
      { ...row, ...failing('warning'), name: 'a-late', clusterId: 'c2' },
      clusterRow('worst', { clusterId: 'c3', newestRecoveryPoint: now - 5 * HOUR, ...failing('critical') }, run.startedAt),
      clusterRow('never', { clusterId: 'c4', verdict: 'unknown', newestRecoveryPoint: null }, run.startedAt),
    ];
    const lines = (await shown(clusters)).stdout.split('\n').filter((line) => line.includes('shop'));
    expect(lines).toEqual([
      expect.stringMatching(`^At risk +P0 +worst +shop +${short(now - 5 * HOUR, now)} by snapshot +a critical fault$`),
      expect.stringMatching(`^At risk +P1 +a-late +shop +${short(now - 10 * MINUTE, now)} by PITR +a warning fault$`),
      expect.stringMatching(/^Unknown +never +shop +-$/),
      expect.stringMatching(`^As promised +fine +shop +${short(now - 10 * MINUTE, now)} by PITR$`),
    ]);
  });

  test('lists open incidents by priority, with who has them', async () => {
    const acknowledgement = { by: 'dana', via: 'page', at: now, until: now + HOUR };
    const incidents = [
      incident('i1', {
        severity: 'warning',
        openedAt: now,
        acknowledgement,
        state: 'acknowledged',
        summary: 'late',
        resource: { ...resource(), name: 'users' },
      }),
      incident('i2', { openedAt: now, summary: 'too old', resource: { ...resource(), name: 'orders' } }),
    ];
    const { stdout } = await shown([row], { incidents });
    expect(stdout).toMatch(
      new RegExp(
        `P0 +${short(now, now)} +orders \\(shop\\) +nobody yet +too old\nP1 +${short(now, now)} +users \\(shop\\) +dana, until ${short(now + HOUR, now)} +late`,
      ),
    );
  });

  test('shows a name that would move the cursor or read backwards as plain text', async () => {
    const { stdout } = await shown([{ ...row, name: 'or\u001B[2Jde\u202Ers\nx' }]);
    expect(stdout).not.toMatch(/[\u202E]|^x/m);
    expect(stripVTControlCharacters(stdout)).toBe(stdout);
  });

  test('prints as JSON what /api/status says of all clusters, and the state', async () => {
    const { code, stdout } = await shown([row, { ...row, ...failing('critical'), clusterId: 'c2' }], {}, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'CRITICAL',
      stale: false,
      next: null,
      clusters: [{ clusterId: 'c2' }, { clusterId: 'c1' }],
    });
    expect(code).toBe(2);
  });

  test('with a store that cannot be read says UNKNOWN and why, and ends with 3', async () => {
    const env = { ATLAS_CLIENT_ID: 'watch', ATLAS_CLIENT_SECRET: 'watch-secret', STATE_PATH: '/dev/null/state.sqlite' };
    expect(await restorewatch(['status'], { env })).toMatchObject({ code: 3, stdout: expect.stringMatching(/^UNKNOWN: ./), stderr: '' });
    const { code, stdout } = await restorewatch(['status', '--json'], { env });
    expect([code, JSON.parse(stdout)]).toEqual([3, { state: 'UNKNOWN', error: expect.stringMatching(/./) }]);
  });

  test('in a wrong environment ends with 3 and names on standard output every problem', async () => {
    expect(await restorewatch(['status'])).toMatchObject({ code: 3, stdout: expect.stringMatching(/^UNKNOWN: [^]*ATLAS_CLIENT_ID/) });
  });
});
