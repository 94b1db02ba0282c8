import { type EvidenceLine, verdictOf, type Assertion } from '../../../domain/recovery/evidence.ts';
import type { LogRecord } from '../../../domain/recovery/log-record.ts';
import type { IntegrityState } from '../../../domain/recovery/restore-test.ts';
import type { Instant } from '../../../domain/time.ts';
import type { RecordedView } from '../../../domain/findings/recorded-view.ts';
import { quoted } from '../../findings/integrity-findings.ts';
import { rowOf, withRecovery } from '../../state/restore-tests-in-head.ts';
import { troubleOf } from '../../state/step-outcome.ts';
import type { Deployments } from '../../../ports/recovery-ports.ts';
import type { Change } from '../../../record/ledger.ts';
import { readView } from '../../../record/blobs/packed-blobs.ts';
import type { Advancing } from '../../runner/advance.ts';
import { DAILY } from '../../runner/daily.ts';
import { changeWithIncidents } from '../../findings/recovery-findings.ts';
import { soundPoint } from '../choose-point.ts';
import type { RestorePlan } from '../../../domain/policy/recovery-plan.ts';
import { keyOf } from './step-context.ts';

/** Checks the user's assertions about the data against the source (plan 3.1), read-only, where its address is known. A failure raises an incident at once. */
export async function checkIntegrity(advancing: Advancing): Promise<void> {
  const { ports, ledger, deadline } = advancing;
  const { recovery, policy } = ports;
  if (!recovery) return;
  const { assertions = [], restoreTests: plans = [] } = policy.general;
  const asked = placeAssertions({ assertions, plans, sourceAddress: recovery.sourceAddress });
  const now = ports.now();
  if (!isWorthAsking(ledger.head().recovery?.integrity, asked, now)) return;
  const lines = await askAll(asked, recovery.deployments, deadline);
  const view = lines.some(isFailed) ? await readView(ports.store, ledger.head()) : null;
  const change: Change = {
    apply: (head) => withRecovery(head, (state) => ({ ...state, integrity: heldState(state.integrity, { asked, lines, view, at: now }) })),
    records: (head) => (isVerdictChanged(head.recovery?.integrity, lines) ? [recordOf(asked, lines, now)] : []),
  };
  await ledger.update(changeWithIncidents(change, advancing));
}

/** Assertions are asked once a day. Where none is left, the last result is cleared once, so that its incident ends. */
function isWorthAsking(before: IntegrityState | undefined, asked: readonly Placed[], now: Instant): boolean {
  const lines = before?.lines.length ?? 0;
  if (asked.length === 0) return lines > 0;
  return !before || lines === 0 || now - before.at >= DAILY;
}

/** A verdict that changed is worth a record; the same one every day is not. */
function isVerdictChanged(before: IntegrityState | undefined, lines: readonly EvidenceLine[]): boolean {
  if (lines.length === 0) return false;
  return !before || before.lines.length === 0 || verdictOf(before.lines) !== verdictOf(lines);
}

/** One line for each assertion, in order, each asked at its own address. */
async function askAll(asked: readonly Placed[], deployments: Deployments, deadline: Instant): Promise<readonly EvidenceLine[]> {
  const lines = new Map<Placed, EvidenceLine>();
  for (const [uri, group] of Map.groupBy(asked, ({ place }) => place.uri)) {
    if (uri === null) continue;
    const assertions = group.map(({ assertion }) => assertion);
    const found = await deployments
      .checkAssertions(uri, assertions, { deadline })
      .catch((cause: unknown) => group.map((one) => unasked(one, troubleOf(cause))));
    group.forEach((one, index) => lines.set(one, found[index] ?? unasked(one, 'it was not asked')));
  }
  return asked.map((one) => lines.get(one) ?? unasked(one, one.place.uri === null ? one.place.why : 'it was not asked'));
}

function unasked({ assertion: { name, namespace } }: Placed, why: string): EvidenceLine {
  return { what: 'assertion', namespace, expected: quoted(name), found: why, verdict: 'could-not-verify' };
}

function isFailed({ verdict }: EvidenceLine): boolean {
  return verdict === 'failed';
}

type Held = Pick<IntegrityState, 'lines' | 'at'> & { readonly asked: readonly Placed[]; readonly view: RecordedView | null };

/** Pure: what is known of each assertion now, without those that are no longer asked. */
function heldState(before: IntegrityState | undefined, { asked, lines, view, at }: Held): IntegrityState {
  const lastHeld: Record<string, Instant> = {};
  const soundPoints: Record<string, Instant> = {};
  for (const [index, { assertion, place }] of asked.entries()) {
    const verdict = lines[index]?.verdict;
    const last = verdict === 'passed' ? at : before?.lastHeld[assertion.name];
    if (last === undefined) continue;
    lastHeld[assertion.name] = last;
    const point = verdict === 'failed' ? soundPoint(place.source && rowOf(view, place.source), last) : null;
    if (point !== null) soundPoints[assertion.name] = point;
  }
  const blindSince = lines.some(({ verdict }) => verdict === 'could-not-verify') ? { blindSince: before?.blindSince ?? at } : {};
  return { at, lines, lastHeld, soundPoints, ...blindSince };
}

function recordOf(asked: readonly Placed[], lines: readonly EvidenceLine[], at: Instant): LogRecord {
  const verdict = verdictOf(lines);
  const [failed, all] = [lines.filter(isFailed).length, lines.length];
  const summary = failed > 0 ? `${failed} of ${all} assertions about the data do not hold` : `${all} assertions about the data: ${verdict}`;
  const variables = new Set(asked.map(({ place }) => place.source?.uri ?? 'MONGODB_URI'));
  const subject = `the source at ${[...variables].join(', ')}`;
  const base = { id: `integrity-${at.toString(36)}`, kind: 'integrity', startedAt: at, endedAt: at, by: 'cron' } as const;
  return { ...base, subject, verdict, summary, measured: {}, evidence: lines, details: {} };
}

type Source = RestorePlan['sources'][number];

/** Where an assertion is asked, or why it cannot be asked. `source` is null where it is about no source in particular. */
type Place = { readonly source: Source | null } & ({ readonly uri: string } | { readonly uri: null; readonly why: string });

export type Placed = { readonly assertion: Assertion; readonly place: Place };

type Given = {
  readonly assertions: readonly Assertion[];
  readonly plans: readonly RestorePlan[];
  /** The connection string that a variable holds (MONGODB_URI where the name is null); null where it is not set. */
  readonly sourceAddress: (variable: string | null) => string | null;
};

/** Pure: each assertion with its address. Empty where no source has an address: assertions are then checked against restored data alone. */
export function placeAssertions({ assertions, plans, sourceAddress }: Given): readonly Placed[] {
  const sources = distinct(plans);
  if (sourceAddress(null) === null && sources.every(({ uri }) => uri === null)) return [];
  return assertions.map((assertion) => ({ assertion, place: placeOf(assertion, sources, sourceAddress) }));
}

/** A source may be in several plans, and have its address in one of them. */
function distinct(plans: readonly RestorePlan[]): readonly Source[] {
  const all = plans.flatMap(({ sources }) => sources).toSorted((a, b) => Number(a.uri !== null) - Number(b.uri !== null));
  return [...new Map(all.map((source) => [keyOf(source), source])).values()];
}

function placeOf({ cluster }: Assertion, sources: readonly Source[], sourceAddress: Given['sourceAddress']): Place {
  const [only] = sources.length === 1 ? sources : [];
  const own = sources.filter((source) => source.cluster === cluster);
  const source = cluster === undefined ? (only ?? null) : (own.find(({ uri }) => uri !== null) ?? own[0] ?? null);
  const nowhere = (why: string): Place => ({ source, uri: null, why });
  if (cluster !== undefined && source === null)
    return nowhere(`no restore test in restorewatch.config.ts has a source ${cluster}: name one of theirs as its \`cluster\`, or none`);
  const variable = source?.uri ?? null;
  // MONGODB_URI is known to be the source's address only where there is one source; otherwise another source's data might answer.
  if (cluster !== undefined && variable === null && !only)
    return nowhere(
      `MONGODB_URI may lead to another source: set \`uri: { env: 'NAME' }\` of the source ${cluster} in restorewatch.config.ts, NAME being the variable that holds its address`,
    );
  const uri = sourceAddress(variable);
  return uri === null ? nowhere(`${variable ?? 'MONGODB_URI'} is not set: put the source’s address there`) : { source, uri };
}
