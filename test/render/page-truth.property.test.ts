import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterRow, RestorableMoments, RestorableUntil, Window } from '../../lib/domain/findings/recorded-view.ts';
import type { Incident } from '../../lib/domain/incidents/incident.ts';
import { DAY, HOUR, type Instant, iso, MINUTE, spell, splitAtMoments } from '../../lib/domain/time.ts';
import { digestLines } from '../../lib/render/daily-digest.ts';
import { pageModel, type PageModel } from '../../lib/render/first-page/page-model.ts';
import { liveRows, liveRunbook } from '../../lib/runbooks/index.ts';
import { NOW } from '../support/facts.ts';
import { head, incident, resource } from '../support/incidents.ts';
import { clusterRow } from '../support/rows.ts';

const SEED = 20261130;
/** Two hours is when a reading becomes old. */
const ages = fc.constantFrom(0, MINUTE, HOUR, 2 * HOUR, 2 * HOUR + 1, 9 * HOUR, 3 * DAY);

type Reading = { readonly restorable: ClusterRow['restorable']; readonly window: Window | null };

/** What a check may have read: `until` is the later of the window's end and the newest snapshot, as lib/domain/memory/restorable-window.ts computes it. */
const reading = fc
  .record({
    readAgo: ages,
    snapshotAgo: fc.option(ages),
    gapAgo: fc.option(ages),
    expiresIn: fc.option(ages.filter((age) => age > 0)),
    mayReachFurther: fc.boolean(),
  })
  .map(({ readAgo, snapshotAgo, gapAgo, expiresIn, mayReachFurther }): Reading => {
    const readAt = NOW - readAgo;
    const base = snapshotAgo === null ? null : readAt - snapshotAgo;
    const window = base === null || mayReachFurther || gapAgo === null ? null : { from: base - 6 * DAY, to: readAt - gapAgo, breaks: [] };
    const until = base === null ? null : untilOf(base, window, expiresIn === null ? null : NOW + expiresIn);
    return { restorable: { until, readAt, mayReachFurther }, window };
  });

function untilOf(base: Instant, window: Window | null, baseExpiresAt: Instant | null): RestorableUntil {
  const byPitr = window !== null && window.to > base;
  return { at: byPitr ? window.to : base, by: byPitr ? 'pitr' : 'snapshot', base, baseExpiresAt };
}

const cluster = fc.record({
  now: reading,
  before: reading,
  verdict: fc.constantFrom('ok', 'failing', 'unknown'),
  alarms: fc.subarray(['backup-age', 'rpo', 'pitr-break']),
} as const);

type Generated = { readonly rows: readonly ClusterRow[]; readonly incidents: readonly Incident[] };

const recorded = fc.array(cluster, { minLength: 1, maxLength: 9 }).map((clusters): Generated => ({
  rows: clusters.map(({ now, verdict }, index) => {
    const severity = verdict === 'failing' ? 'critical' : null;
    const finding = { check: 'backup-age', verdict, severity, summary: 'as it is', evidence: [], since: NOW } as const;
    return clusterRow(`c${index}`, { ...now, verdict, findings: [finding] });
  }),
  incidents: clusters.flatMap(({ before, alarms }, index) => {
    const restorable: RestorableMoments = { ...before.restorable, window: before.window };
    return alarms.map((check) =>
      incident(`${check}-${index}`, { check, resource: resource(`c${index}`), restorable, summary: 'as it is' }),
    );
  }),
}));

function property(holds: (page: PageModel, rows: ReadonlyMap<string, ClusterRow>, generated: Generated) => void): void {
  const run = { runId: 'run', startedAt: NOW, finishedAt: NOW, complete: true };
  fc.assert(
    fc.property(recorded, (generated) => {
      const state = head({ lastRun: run, lastComplete: run, incidents: generated.incidents });
      const view = { runId: 'run', clusters: generated.rows, wider: [] };
      const page = pageModel(state, view, { now: NOW, checkInterval: HOUR, limit: 200, cursor: null, channels: ['sms'] });
      holds(page, new Map(generated.rows.map((row) => [row.clusterId, row])), generated);
    }),
    { seed: SEED, numRuns: 300 },
  );
}

function momentsIn(text: string): readonly Instant[] {
  return splitAtMoments(text).flatMap((part) => (typeof part === 'string' ? [] : [part.at]));
}

/** The moments that a text about what can be restored may name, and the length of time. */
function allowed({ restorable: { until, readAt } }: ClusterRow): readonly Instant[] {
  return until === null ? [readAt] : [until.at, until.base, readAt, ...(until.baseExpiresAt === null ? [] : [until.baseExpiresAt])];
}

function lossesIn(text: string): readonly string[] {
  return [...text.matchAll(/the last (.+?) of writes/g)].map(([, loss = '']) => loss);
}

const NAMES = { pitr: 'PITR', snapshot: 'snapshot' } as const;

/** Whoever reads that one thing can be restored must not read beside it that another can, or nothing. */
function agrees(text: string, row: ClusterRow): void {
  const { until, readAt } = row.restorable;
  for (const at of momentsIn(text)) expect(allowed(row).map(iso)).toContain(iso(at));
  for (const loss of lossesIn(text)) expect(loss).toBe(until && spell(readAt - until.at));
  const reach = until === null ? 'nothing can be restored|what can be restored is not known' : `${iso(until.at)} by ${NAMES[until.by]}`;
  expect(text).toMatch(new RegExp(reach));
}

test(`each row of the page says of its cluster only what restorableUntil has (seed ${SEED})`, () =>
  property(({ rows, status }, recordedRows) => {
    for (const { cluster: shown, reach } of rows) {
      const row = recordedRows.get(shown.clusterId);
      if (!row) throw new Error(`no row is recorded of ${shown.clusterId}`);
      agrees([reach.until, ...reach.details].join('; '), row);
      expect(shown.restorableUntil?.at ?? null).toBe(row.restorable.until && iso(row.restorable.until.at));
      expect(shown.standing === 'kept' && row.restorable.until === null).toBe(false);
    }
    const { kept, atRisk, cannot, unknown, exempt } = status.headline;
    expect(kept + atRisk + cannot + unknown + exempt).toBe(rows.length);
  }));

test(`each card says of its cluster what its row says, whatever was known when the incident opened (seed ${SEED})`, () =>
  property(({ cards, rows }, recordedRows) => {
    const reaches = new Map(rows.map(({ cluster: { clusterId, restorableUntil } }) => [clusterId, restorableUntil]));
    for (const group of cards) {
      const shownCards = group.kind === 'one' ? [group.card] : group.cards;
      for (const { title, incident: shown } of shownCards) {
        const row = recordedRows.get(shown.resource.clusterId ?? '');
        if (!row) throw new Error(`no row is recorded of ${shown.resource.name}`);
        agrees(group.kind === 'cluster' ? group.title : title, row);
        expect(shown.restorableUntil).toEqual(reaches.get(row.clusterId));
      }
      if (group.kind !== 'many') continue;
      const dated = shownCards.flatMap(({ incident: { restorableUntil } }) => (restorableUntil ? [restorableUntil.at] : []));
      const [worst] = dated.toSorted();
      expect(/at worst to (\S+Z)/.exec(group.title)?.[1]).toBe(worst);
      const readings = shownCards.flatMap(
        ({ incident: { resource: about } }) => recordedRows.get(about.clusterId ?? '')?.restorable.readAt ?? [],
      );
      for (const at of momentsIn(group.title)) expect([worst, ...readings.map(iso)]).toContain(iso(at));
    }
  }));

test(`what a check could not read is shown with the time of its reading, on a card of each kind (seed ${SEED})`, () => {
  const kinds = new Set<string>();
  property(({ cards }, recordedRows) => {
    for (const group of cards) {
      const shownCards = group.kind === 'one' ? [group.card] : group.cards;
      const rows = shownCards.flatMap(({ incident: { resource: about } }) => recordedRows.get(about.clusterId ?? '') ?? []);
      const dated = rows.filter(({ restorable: { until, readAt } }) => until !== null && readAt < NOW);
      if (dated.length < rows.length) continue;
      kinds.add(group.kind);
      const title = group.kind === 'one' ? group.card.title : group.title;
      expect(title).toMatch(/as of \d{4}|when last read|not known/);
      expect((group.kind === 'one' ? group.card : group).brief.map(({ label }) => label)).toEqual(['Restore time']);
    }
  });
  expect([...kinds].toSorted()).toEqual(['cluster', 'many', 'one']);
});

test(`how long a restore of a cluster takes stands on one card alone (seed ${SEED})`, () =>
  property(({ cards }) => {
    const names = cards.flatMap((group) => {
      if (group.kind === 'cluster') return [group.path];
      return (group.kind === 'one' ? [group.card] : group.cards).flatMap(({ brief, clusterPath }) =>
        brief.length > 0 ? [clusterPath] : [],
      );
    });
    expect(names).toEqual([...new Set(names)]);
  }));

test(`runbooks and the digest say what the row says (seed ${SEED})`, () =>
  property((_page, recordedRows, { rows, incidents }) => {
    const view = { runId: 'run', clusters: rows, wider: [] };
    const policy = { checkInterval: HOUR };
    for (const row of rows) {
      const live = liveRunbook(head({ incidents }), view, { incidentId: null, clusterId: row.clusterId, policy, now: NOW });
      const said = (live === null ? [] : liveRows(live)).find(({ label }) => label === 'What can be restored');
      agrees(said?.lines.join('; ') ?? '', row);
    }
    const furthest = digestLines(head({ incidents }), view, NOW).find((line) => line.startsWith('Furthest back: '));
    const worst = rows.flatMap(({ restorable: { until } }) => until?.at ?? []).toSorted((a, b) => a - b)[0];
    expect(furthest === undefined).toBe(worst === undefined);
    const [, name = ''] = /^Furthest back: (\S+) /.exec(furthest ?? '') ?? [];
    const row = recordedRows.get(name);
    if (row) agrees(furthest ?? '', row);
    expect(row?.restorable.until?.at).toBe(worst);
  }));
