import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exempt, type Finding, notKnown, ok, subjectKey } from '../../lib/domain/findings/finding.ts';
import type { Incident, Transition } from '../../lib/domain/incidents/incident.ts';
import type { CheckId, Severity } from '../../lib/domain/policy/policy.ts';
import { DAY, type Instant, MINUTE } from '../../lib/domain/time.ts';
import { reconcile, type ReconcileContext } from '../../lib/reconcile/reconcile.ts';
import { NOW } from '../support/facts.ts';
import { bad, resource } from '../support/incidents.ts';

const SEED = 20261122;
const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

const subject = fc.record({
  check: fc.constantFrom<CheckId>('backup-age', 'rpo', 'pitr-gap'),
  clusterId: fc.constantFrom('c1', 'c2', null),
});
const verdict = fc.oneof(
  fc.constantFrom('ok', 'unknown', 'exempt', 'said elsewhere'),
  fc.constantFrom<Severity>('critical', 'warning', 'info'),
);
const finding = fc.tuple(subject, verdict).map(([{ check, clusterId }, kind]): Finding => {
  const about = { check, resource: resource(clusterId), summary: kind };
  switch (kind) {
    case 'ok':
      return ok(about);
    case 'unknown':
      return notKnown(about);
    case 'exempt':
      return exempt(about);
    case 'said elsewhere':
      return bad({ ...about, explainedBy: 'backup-off' });
    case 'critical':
    case 'warning':
    case 'info':
      return bad({ ...about, severity: kind });
  }
});
const run = fc.record({
  findings: fc.uniqueArray(finding, { selector: ({ check, resource: about }) => subjectKey(check, about), maxLength: 9 }),
  // The clock may stand still, or step back.
  step: fc.integer({ min: -10, max: 70 }),
});

type Seen = {
  readonly now: Instant;
  readonly options: Options;
  readonly before: readonly Incident[];
  readonly findings: readonly Finding[];
  readonly after: readonly Incident[];
  readonly transitions: readonly Transition[];
};

/** One episode in a day is enough to be held open for half an hour. */
const FLAPPING: Options = { flapping: { episodes: 1, within: DAY, steady: 30 * MINUTE } };

type Options = Pick<ReconcileContext, 'flapping'>;

function play(runs: readonly { readonly findings: readonly Finding[]; readonly step: number }[], options: Options): readonly Seen[] {
  const seen: Seen[] = [];
  let now = NOW;
  let incidents: readonly Incident[] = [];
  for (const [index, { findings, step }] of runs.entries()) {
    now += step * MINUTE;
    const next = reconcile(incidents, findings, { now, revision: index + 1, projectIds: null, ...options });
    seen.push({ now, options, before: incidents, findings, after: next.incidents, transitions: next.transitions });
    incidents = next.incidents;
  }
  return seen;
}

function always(property: (seen: Seen, all: readonly Seen[]) => void): void {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 12 }), fc.boolean(), (runs, flapping) => {
      const all = play(runs, flapping ? FLAPPING : {});
      for (const seen of all) property(seen, all);
    }),
    // A failure prints this seed with the path of the smallest case.
    { seed: SEED, numRuns: 300 },
  );
}

const open = (incidents: readonly Incident[]): readonly Incident[] => incidents.filter(({ state }) => state !== 'resolved');
const keyOf = ({ check, resource: about }: Incident): string => subjectKey(check, about);

test('severity only rises while an incident is open', () =>
  always(({ before, after }) => {
    for (const incident of before) {
      const next = after.find(({ id }) => id === incident.id);
      expect(RANK[next?.severity ?? 'info']).toBeGreaterThanOrEqual(RANK[incident.severity]);
    }
  }));

test('a subject has at most one open incident', () =>
  always(({ after }) => {
    const keys = open(after).map((incident) => keyOf(incident));
    expect(new Set(keys).size).toBe(keys.length);
  }));

test('an incident id is never used twice', () =>
  always(({ after, before, transitions }, all) => {
    const ids = after.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const opened = all.flatMap((seen) => seen.transitions.filter(({ kind }) => kind === 'opened').map(({ incident }) => incident.id));
    expect(new Set(opened).size).toBe(opened.length);
    const fresh = transitions.filter(({ kind }) => kind === 'opened').map(({ incident }) => incident.id);
    expect(before.filter(({ id }) => fresh.includes(id))).toEqual([]);
  }));

test('only ok or exempt resolves: unknown, a missing finding and an explained one never do', () =>
  always(({ findings, transitions }) => {
    for (const { kind, incident } of transitions) {
      if (kind !== 'resolved') continue;
      const own = findings.find(({ check, resource: about }) => subjectKey(check, about) === keyOf(incident));
      expect(['ok', 'exempt']).toContain(own?.verdict);
    }
  }));

test('a resolved incident is never changed again', () =>
  always(({ before, after }) => {
    const over = before.filter(({ state }) => state === 'resolved');
    expect(over.map(({ id }) => after.find((next) => next.id === id))).toEqual(over);
  }));

test('every change gives exactly one transition, and nothing else gives any', () =>
  always(({ before, after, transitions }) => {
    const was = new Map(before.map((incident) => [incident.id, incident]));
    const expected = after.flatMap((incident) => {
      const old = was.get(incident.id);
      if (!old) return [`opened ${incident.id}`];
      if (old.state !== 'resolved' && incident.state === 'resolved') return [`resolved ${incident.id}`];
      if (old.severity !== incident.severity) return [`raised ${incident.id}`];
      return old.flapping === incident.flapping ? [] : [`flapping ${incident.id}`];
    });
    expect(transitions.map(({ kind, incident }) => `${kind} ${incident.id}`).toSorted()).toEqual(expected.toSorted());
  }));

test('the same findings again give no transition', () =>
  always(({ findings, after, now, options }) => {
    expect(reconcile(after, findings, { now, revision: 99, projectIds: null, ...options }).transitions).toEqual([]);
  }));
