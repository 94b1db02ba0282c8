import { prepared } from '../alerts/deliver.ts';
import type { EvidenceLine } from '../domain/evidence.ts';
import { verdictOf } from '../domain/evidence.ts';
import type { Head } from '../domain/head.ts';
import type { LogRecord } from '../domain/record.ts';
import type { IntegrityState } from '../domain/restore-test.ts';
import { HOUR, type Instant } from '../domain/time.ts';
import type { ClusterRow, RecordedView } from '../domain/view.ts';
import { quoted } from '../incidents/integrity.ts';
import type { Parts } from '../parts.ts';
import { withRecovery } from '../recovery/state.ts';
import { troubleOf } from '../recovery/trouble.ts';
import type { Deployments } from '../recovery/world.ts';
import { readPacked } from '../state/packed-blobs.ts';
import type { Advancing } from './advance.ts';
import { type Placed, placed, type Source } from './assertion-address.ts';
import { withRecoveryIncidents } from './findings.ts';
import { soundPoint } from './sound-point.ts';

/** Daily, with room for a cron that comes early. */
const APART = 20 * HOUR;

/** Holds the user's sentences about the data against the source (plan 3.1), read-only, where its address is given; what fails is told at once. */
export async function holdAssertions({ parts, ledger, courier, deadline }: Advancing): Promise<void> {
  const { recovery, policy } = parts;
  if (!recovery) return;
  const { assertions = [], restoreTests: plans = [] } = policy.general;
  const asked = placed({ assertions, plans, sourceAddress: recovery.sourceAddress });
  const now = parts.now();
  if (!isWorthAsking(ledger.head().recovery?.integrity, asked, now)) return;
  const lines = await heldAt(asked, recovery.deployments, deadline);
  const rows = lines.some(isFailed) ? await rowsOf(parts, ledger.head()) : [];
  await ledger.update({
    apply: (head, revision) => {
      const integrity = heldState(head.recovery?.integrity, { asked, lines, rows, at: now });
      return prepared(
        withRecoveryIncidents(
          withRecovery(head, (state) => ({ ...state, integrity })),
          parts,
          revision,
        ),
        courier,
      );
    },
    records: (head) => (isNews(head.recovery?.integrity, lines) ? [recordOf(asked, lines, now)] : []),
  });
}

/** Once a day; and what is asked no more is forgotten once, so that its incident ends. */
function isWorthAsking(before: IntegrityState | undefined, asked: readonly Placed[], now: Instant): boolean {
  const lines = before?.lines.length ?? 0;
  if (asked.length === 0) return lines > 0;
  return !before || lines === 0 || now - before.at >= APART;
}

/** A verdict that changed is worth a record; the same one every day is not. */
function isNews(before: IntegrityState | undefined, lines: readonly EvidenceLine[]): boolean {
  if (lines.length === 0) return false;
  return !before || before.lines.length === 0 || verdictOf(before.lines) !== verdictOf(lines);
}

/** One line an assertion, in their order, each asked where it belongs. */
async function heldAt(asked: readonly Placed[], deployments: Deployments, deadline: Instant): Promise<readonly EvidenceLine[]> {
  const lines = new Map<Placed, EvidenceLine>();
  for (const [uri, group] of Map.groupBy(asked, ({ place }) => place.uri)) {
    if (uri === null) continue;
    const found = await deployments
      .hold(
        uri,
        group.map(({ assertion }) => assertion),
        { deadline },
      )
      .catch((cause: unknown) => group.map((one) => unheld(one, troubleOf(cause))));
    group.forEach((one, index) => lines.set(one, found[index] ?? unheld(one, 'it was not asked')));
  }
  return asked.map((one) => lines.get(one) ?? unheld(one, one.place.uri === null ? one.place.why : 'it was not asked'));
}

function unheld({ assertion: { name, namespace } }: Placed, why: string): EvidenceLine {
  return { what: 'assertion', namespace, expected: quoted(name), found: why, verdict: 'could-not-verify' };
}

function isFailed({ verdict }: EvidenceLine): boolean {
  return verdict === 'failed';
}

/** The clusters as the last check saw them; none where that is gone. */
async function rowsOf({ store }: Parts, head: Head): Promise<readonly ClusterRow[]> {
  // Only ever written by a run, packed; the head's schema number covers its shape.
  const view = (await readPacked(store, head.viewBlobs)) as RecordedView | null;
  return view?.clusters ?? [];
}

type Held = {
  readonly asked: readonly Placed[];
  readonly lines: readonly EvidenceLine[];
  readonly rows: readonly ClusterRow[];
  readonly at: Instant;
};

/** Pure: what is known of each assertion now. One that is asked no more is forgotten. */
function heldState(before: IntegrityState | undefined, { asked, lines, rows, at }: Held): IntegrityState {
  const lastHeld: Record<string, Instant> = {};
  const soundPoints: Record<string, Instant> = {};
  for (const [index, { assertion, place }] of asked.entries()) {
    const verdict = lines[index]?.verdict;
    const last = verdict === 'passed' ? at : before?.lastHeld[assertion.name];
    if (last === undefined) continue;
    lastHeld[assertion.name] = last;
    const point = verdict === 'failed' ? soundPoint(rowOf(place.source, rows), last) : null;
    if (point !== null) soundPoints[assertion.name] = point;
  }
  const blindSince = lines.some(({ verdict }) => verdict === 'could-not-verify') ? { blindSince: before?.blindSince ?? at } : {};
  return { at, lines, lastHeld, soundPoints, ...blindSince };
}

function rowOf(source: Source | null, rows: readonly ClusterRow[]): ClusterRow | null {
  const isIn = ({ projectId, projectName }: ClusterRow): boolean => source?.project === projectId || source?.project === projectName;
  return rows.find((row) => row.name === source?.cluster && isIn(row)) ?? null;
}

function recordOf(asked: readonly Placed[], lines: readonly EvidenceLine[], at: Instant): LogRecord {
  const verdict = verdictOf(lines);
  const failed = lines.filter(isFailed).length;
  const summary =
    failed > 0
      ? `${failed} of ${lines.length} assertions about the data do not hold`
      : `${lines.length} assertions about the data: ${verdict}`;
  const variables = new Set(asked.map(({ place }) => place.source?.uri ?? 'MONGODB_URI'));
  return {
    id: `integrity-${at.toString(36)}`,
    kind: 'integrity',
    startedAt: at,
    endedAt: at,
    subject: `the source at ${[...variables].join(', ')}`,
    by: 'cron',
    verdict,
    summary,
    measured: {},
    evidence: lines,
    details: {},
  };
}
