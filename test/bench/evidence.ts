import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditDraft } from '../../lib/domain/audit/audit-entry.ts';
import type { LoggedCluster, LoggedVerdicts } from '../../lib/domain/evidence/verdict-log.ts';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import { DAY, HOUR, type Instant, iso } from '../../lib/domain/time.ts';
import { openSqliteStore } from '../../lib/record/sqlite/sqlite.ts';
import { CHECK_IDS } from '../../lib/evaluate/checks/registry.ts';
import { record } from '../record/samples.ts';
import { withoutOwn } from './run-client.ts';
import type { Figure } from './figures.ts';

const CLUSTERS = 250;
const DAYS = 365;
const MB = 1e6;
const ROOT = join(import.meta.dirname, '../..');
const START = Math.floor(Date.now() / DAY - DAYS) * DAY;

/** The export of a year, and its verification, as the command line does them: seconds and the largest resident memory. */
export async function evidenceFigures(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'restorewatch-bench-evidence-'));
  try {
    process.stderr.write(`evidence of ${DAYS} days of ${CLUSTERS} clusters …\n`);
    const path = join(folder, 'state.sqlite');
    await fill(path);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = join(folder, 'public.pem');
    writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }));
    const env = { ATLAS_CLIENT_ID: 'bench', ATLAS_CLIENT_SECRET: 'bench-secret', STATE_PATH: path };
    const signer = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const out = join(folder, 'out');
    const exported = timed(['export', '--from', iso(START).slice(0, 10), '--out', out], { ...env, EVIDENCE_KEY: signer });
    const file = join(out, readdirSync(out).find((name) => name.endsWith('.json')) ?? '');
    const verified = timed(['verify', file, '--key', key], {});
    const state = figure('state of that year, MB', statSync(path).size / MB, `${(statSync(path).size / MB).toFixed(0)} MB`);
    return [taken('export', exported, statSync(file).size), taken('verification', verified, null), state];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Taken = { readonly seconds: number; readonly memory: number };

function taken(what: string, { seconds, memory }: Taken, bytes: number | null): Figure {
  const size = bytes === null ? '' : `; ${(bytes / MB).toFixed(1)} MB`;
  const shown = `${seconds.toFixed(1)} s; ${(memory / MB).toFixed(0)} MB resident${size}`;
  return figure(`evidence of a year for ${CLUSTERS} clusters checked hourly: ${what}`, seconds, shown);
}

function figure(what: string, value: number, shown: string): Figure {
  return { what, most: null, cells: [{ value, shown }] };
}

function timed(args: readonly string[], env: Readonly<Record<string, string>>): Taken {
  const command = ['--import', join(ROOT, 'test/bench/report-memory.ts'), join(ROOT, 'scripts/restorewatch.ts'), 'evidence', ...args];
  const begun = performance.now();
  const { status, stderr, stdout } = spawnSync(process.execPath, command, {
    cwd: ROOT,
    env: { ...withoutOwn(), ...env },
    encoding: 'utf8',
  });
  const seconds = (performance.now() - begun) / 1_000;
  if (status !== 0) throw new Error(`bench: evidence ${args[0]} ended with ${status}: ${stdout} ${stderr}`);
  return { seconds, memory: Number(/largest resident memory: (\d+)/.exec(stderr)?.[1]) };
}

/** Hourly checks with a list of all verdicts a month and one change a check, a restore test a week, packed each day as the product does. */
async function fill(path: string): Promise<void> {
  const store = openSqliteStore(path);
  const records = Array.from({ length: Math.floor(DAYS / 7) }, (_, week) => record(`test-${week}`, START + week * 7 * DAY + HOUR));
  const now = START + DAYS * DAY;
  await store.swap({ expected: 0, writer: 'bench', head: emptyHead(START), adopt: [], drop: [], history: [], records, release: null, now });
  for (let day = 0; day < DAYS; day += 1) {
    const begun = START + day * DAY;
    await store.packTrail({ now: begun, forgetBefore: 0 });
    await store.appendToTrail(Array.from({ length: 24 }, (_, hour) => run(begun + hour * HOUR, day * 24 + hour)));
  }
  await store.close();
}

function run(at: Instant, number: number): AuditDraft {
  const isWhole = iso(at).endsWith('-01T00:00:00Z') || number === 0;
  const changed = isWhole ? Array.from({ length: CLUSTERS }, (_, index) => cluster(index, number)) : [cluster(number % CLUSTERS, number)];
  const verdicts: LoggedVerdicts = { whole: isWhole, clusters: changed, gone: [], wider: {} };
  const details = { startedAt: iso(at), finishedAt: iso(at), complete: 'yes', memory: 'a'.repeat(64), view: 'b'.repeat(64) };
  return { at, what: 'run', by: 'cron', from: null, about: `run-${number}`, details, data: JSON.stringify(verdicts) };
}

function cluster(index: number, number: number): LoggedCluster {
  const verdicts = Object.fromEntries(CHECK_IDS.map((id) => [id, 'ok' as const]));
  return {
    id: index.toString(16).padStart(24, '0'),
    name: `cluster-${index}`,
    project: `project-${index % 10}`,
    verdicts: { ...verdicts, rpo: number % 7 === 0 ? 'failing' : 'ok' },
  };
}
