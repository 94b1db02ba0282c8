import { describe, expect, test } from 'vitest';
import { type AuditLog, type DailyFact, notPermitted } from '../../../lib/domain/facts/daily-facts.ts';
import { known, unknown } from '../../../lib/domain/facts/fact.ts';
import type { ClusterFacts, Facts, ProjectFacts } from '../../../lib/domain/facts/facts.ts';
import { DAY, HOUR, type Instant, MINUTE } from '../../../lib/domain/time.ts';
import { cluster, daily, factsOf, type Looked, NOW, project, inWords, UNREAD, watcher } from '../../support/facts.ts';

const check = 'visibility';

const blind = (at: Instant, changes: Partial<ClusterFacts> = {}): ClusterFacts => cluster(at, { snapshots: UNREAD, ...changes });
const other = (at: Instant, changes: Partial<ClusterFacts> = {}): ClusterFacts => cluster(at, { id: 'c2', name: 'billing', ...changes });
const second = (at: Instant, changes: Partial<ProjectFacts> = {}): ProjectFacts =>
  project([cluster(at, { id: 'c3', name: 'ledger' })], at, { id: 'p2', name: 'bank', ...changes });
/** What this check says of each thing, as "cluster c1: failing warning". */
function said({ judgement }: Looked): readonly string[] {
  const own = judgement.findings.filter((finding) => finding.check === check && finding.verdict !== 'ok');
  return own.map((finding) => `${finding.resource.clusterId ?? finding.resource.projectId ?? 'organisation'}: ${inWords(finding)}`);
}

type Step = readonly [after: number, facts: (at: Instant) => Facts];

/** Runs one after the other; what the last one says. */
function after(...steps: readonly Step[]): readonly string[] {
  const monitor = watcher();
  return said(steps.map(([minutes, facts]) => monitor.read(facts(NOW + minutes * MINUTE))).at(-1) ?? watcher().read(factsOf([])));
}

const oneBlind = (at: Instant): Facts => factsOf([project([blind(at), other(at)], at), second(at)], at);
const cutOff = (at: Instant): Facts => ({ ...oneBlind(at), complete: false });
const well = (at: Instant): Facts => factsOf([project([cluster(at), other(at)], at), second(at)], at);

describe('visibility: a cluster that cannot be read', () => {
  test.for<[string, readonly Step[], readonly string[]]>([
    ['after one run', [[0, oneBlind]], ['c1: unknown']],
    [
      'after two runs 1 ms less than 30 minutes apart',
      [
        [0, oneBlind],
        [30 - 1 / 60_000, oneBlind],
      ],
      ['c1: unknown'],
    ],
    [
      'after two complete runs 30 minutes apart',
      [
        [0, oneBlind],
        [30, oneBlind],
      ],
      ['c1: failing warning'],
    ],
    [
      'after two runs of which one was incomplete',
      [
        [0, oneBlind],
        [30, cutOff],
      ],
      ['c1: unknown'],
    ],
    [
      'after an incomplete run and two complete ones less than 30 minutes apart',
      [
        [0, cutOff],
        [20, oneBlind],
        [35, oneBlind],
      ],
      ['c1: unknown'],
    ],
    [
      'after two hours of incomplete runs',
      [
        [0, cutOff],
        [120, cutOff],
      ],
      ['c1: failing warning'],
    ],
    [
      '1 ms before two hours of incomplete runs',
      [
        [0, cutOff],
        [120 - 1 / 60_000, cutOff],
      ],
      ['c1: unknown'],
    ],
    [
      '1 ms before 24 h',
      [
        [0, oneBlind],
        [30, oneBlind],
        [24 * 60 - 1 / 60_000, oneBlind],
      ],
      ['c1: failing warning'],
    ],
    [
      'after 24 h',
      [
        [0, oneBlind],
        [30, oneBlind],
        [24 * 60, oneBlind],
      ],
      ['c1: failing critical'],
    ],
    [
      'after two blind runs with a run between them that could read it',
      [
        [0, oneBlind],
        [30, well],
        [60, oneBlind],
      ],
      ['c1: unknown'],
    ],
    [
      'after it could be read again',
      [
        [0, oneBlind],
        [30, oneBlind],
        [60, well],
      ],
      [],
    ],
  ])('%s: $2', ([, steps, expected]) => expect(after(...steps)).toEqual(expected));

  test('is unknown on the page at once', () => expect(watcher().read(oneBlind(NOW)).row().verdict).toBe('unknown'));

  test('names the reason and since when', () => {
    const monitor = watcher();
    monitor.read(oneBlind(NOW));
    const finding = monitor.read(oneBlind(NOW + HOUR)).finding(check);
    expect(finding?.summary).toBe('blind since 2026-11-22T12:00:00Z: 403: not on the API access list');
    expect(finding?.startedAt).toBe(NOW);
    expect(finding?.action).toContain('API access list');
  });

  test.for<[string, Partial<ClusterFacts>]>([
    ['an exempt cluster', { tags: { 'restorewatch-exempt': 'a sandbox' } }],
    ['an M0', { kind: 'free' }],
  ])('%s is not blind', ([, changes]) => {
    const facts = (at: Instant): Facts => factsOf([project([blind(at, changes), other(at)], at), second(at)], at);
    expect(after([0, facts], [60, facts], [180, facts])).toEqual([]);
  });

  test('is an incident too if it vanished without an event', () => {
    const vanished = (at: Instant): Facts => factsOf([project([other(at)], at), second(at)], at);
    expect(after([0, well], [60, vanished], [120, vanished])).toEqual(['c1: failing warning']);
  });
});

describe('visibility: the widest blind resource', () => {
  const whole = (changes: Partial<ProjectFacts>) => (at: Instant) =>
    factsOf([project([cluster(at), other(at)], at, changes), second(at)], at);
  const allBlind = (at: Instant): Facts => factsOf([project([blind(at), blind(at, { id: 'c2', name: 'billing' })], at), second(at)], at);
  const ones = (at: Instant): Facts =>
    factsOf([project([blind(at)], at), project([blind(at, { id: 'c9', name: 'ledger' })], at, { id: 'p2', name: 'billing' })], at);
  const listedIn = ({ projects }: Facts): readonly ProjectFacts[] => (projects.known ? projects.value : []);
  const nothing = (at: Instant): Facts => ({ ...factsOf([], at), projects: unknown('401: the credentials were revoked') });
  const both = (at: Instant): Facts => factsOf([project([cluster(at)], at, { dedicated: UNREAD }), second(at, { dedicated: UNREAD })], at);

  test.for<[string, readonly Step[], readonly string[]]>([
    [
      'the project, where its clusters cannot be listed',
      [
        [0, well],
        [60, whole({ dedicated: UNREAD })],
        [120, whole({ dedicated: UNREAD })],
      ],
      ['p1: failing warning'],
    ],
    [
      'the project, where its events cannot be read',
      [
        [0, well],
        [60, whole({ events: UNREAD })],
        [120, whole({ events: UNREAD })],
      ],
      ['p1: failing warning'],
    ],
    [
      'the project, where a listing has an entry without an id',
      [
        [0, well],
        [60, whole({ unreadable: ['an entry without id'] })],
        [120, whole({ unreadable: ['an entry without id'] })],
      ],
      ['p1: failing warning'],
    ],
    [
      'the project, where each of its clusters is blind',
      [
        [0, allBlind],
        [60, allBlind],
      ],
      ['p1: failing warning'],
    ],
    [
      'the project, on a first run that lists none of its clusters',
      [
        [0, whole({ dedicated: UNREAD, flex: UNREAD })],
        [60, whole({ dedicated: UNREAD, flex: UNREAD })],
      ],
      ['p1: failing warning'],
    ],
    [
      'the project, where it is no longer listed',
      [
        [0, well],
        [60, (at) => factsOf([second(at)], at)],
        [120, (at) => factsOf([second(at)], at)],
      ],
      ['p1: failing warning'],
    ],
    [
      'the organisation, where its projects cannot be listed',
      [
        [0, well],
        [60, nothing],
        [120, nothing],
      ],
      ['organisation: failing warning'],
    ],
    [
      'the organisation, from a first run on',
      [
        [0, nothing],
        [60, nothing],
      ],
      ['organisation: failing warning'],
    ],
    [
      'the organisation, where each of its projects is blind',
      [
        [0, well],
        [60, both],
        [120, both],
      ],
      ['organisation: failing warning'],
    ],
    [
      'the organisation, where the one cluster of each of its projects is blind',
      [
        [0, ones],
        [60, ones],
      ],
      ['organisation: failing warning'],
    ],
    [
      'the organisation, where every project that has clusters is blind',
      [
        [0, (at) => factsOf([...listedIn(ones(at)), project([], at, { id: 'p3', name: 'empty' })], at)],
        [60, (at) => factsOf([...listedIn(ones(at)), project([], at, { id: 'p3', name: 'empty' })], at)],
      ],
      ['organisation: failing warning'],
    ],
    [
      'the one cluster of a project, where that of another can be read',
      [
        [0, (at) => factsOf([project([blind(at)], at), second(at)], at)],
        [60, (at) => factsOf([project([blind(at)], at), second(at)], at)],
      ],
      ['c1: failing warning'],
    ],
    [
      'the organisation, critical after 24 h',
      [
        [0, nothing],
        [60, nothing],
        [24 * 60, nothing],
      ],
      ['organisation: failing critical'],
    ],
  ])('is %s', ([, steps, expected]) => expect(after(...steps)).toEqual(expected));

  test('is reported, and the open incident of a narrower resource is neither resolved nor opened again', () => {
    const steps: readonly Step[] = [
      [0, oneBlind],
      [60, oneBlind],
      [120, allBlind],
      [180, allBlind],
    ];
    expect(after(...steps)).toEqual(['p1: failing warning', 'c1: failing warning (visibility)']);
  });

  test('keeps the project’s open while the organisation cannot be read, also where it has one cluster', () => {
    const events = (at: Instant): Facts => factsOf([project([cluster(at)], at, { events: UNREAD }), second(at)], at);
    const found = after([0, events], [60, events], [120, nothing], [180, nothing]);
    expect(found).toContain('organisation: failing warning');
    expect(found).toContain('p1: failing warning (visibility)');
  });

  test('ends everywhere once all can be read', () => expect(after([0, oneBlind], [60, nothing], [120, allBlind], [180, well])).toEqual([]));
});

describe('visibility: an entry of the project listing that names no project', () => {
  const partly =
    (facts: (at: Instant) => Facts) =>
    (at: Instant): Facts => ({ ...facts(at), unreadable: ['a project came without an id'] });
  test('is blindness of the organisation after two runs', () =>
    expect(after([0, partly(well)], [60, partly(well)])).toEqual(['organisation: failing warning']));
  test('leaves the incidents of blind projects and clusters alone', () =>
    expect(after([0, partly(oneBlind)], [60, partly(oneBlind)])).toEqual(['organisation: failing warning', 'c1: failing warning']));
});

describe('visibility: an organisation without anything to read', () => {
  test('fails at once if Atlas lists no project', () =>
    expect(after([0, (at) => factsOf([], at)])).toEqual(['organisation: failing warning']));
  test('fails at once if no project has a cluster', () =>
    expect(after([0, (at) => factsOf([project([], at), second(at, { dedicated: known([], at) })], at)])).toEqual([
      'organisation: failing warning',
    ]));
  test('is critical after 24 h', () => {
    const empty = (at: Instant): Facts => factsOf([project([], at)], at);
    expect(after([0, empty], [24 * 60, empty])).toEqual(['organisation: failing critical']);
  });
  test('is ok if only one of its projects has no clusters', () =>
    expect(after([0, (at) => factsOf([project([], at), second(at)], at)])).toEqual([]));
  test('fails if all clusters vanish from the listing', () => {
    const empty = (at: Instant): Facts => factsOf([project([], at)], at);
    expect(after([0, (at) => factsOf([project([cluster(at)], at)], at)], [60, empty])).toContain('organisation: failing warning');
  });
});

test('visibility: a day of blindness is a warning, then critical, then resolved', () => {
  const monitor = watcher();
  const seen: string[] = [];
  for (let hour = 0; hour <= 26; hour += 1) {
    const facts = hour === 26 ? well(NOW + hour * HOUR) : oneBlind(NOW + hour * HOUR);
    const verdict = inWords(monitor.read(facts).finding(check));
    if (seen.at(-1) !== verdict) seen.push(verdict);
  }
  expect(seen).toEqual(['unknown', 'failing warning', 'failing critical', 'ok']);
  expect(DAY).toBe(24 * HOUR);
});

describe('visibility: a cluster that Atlas is deleting', () => {
  const doomed = (at: Instant): Facts => factsOf([project([blind(at, { deleting: true }), other(at)], at), second(at)], at);
  const alone = (at: Instant): Facts => factsOf([project([blind(at, { deleting: true })], at), second(at)], at);

  test.for([
    ['beside others', doomed],
    ['that is its project’s only one', alone],
  ] as const)('%s need not be readable', ([, facts]) =>
    expect(after([0, facts], [60, facts], [180, facts]).filter((one) => one.includes('failing'))).toEqual([]),
  );
});

describe('visibility: what is read once a day cannot be read', () => {
  const reading =
    (auditLog: DailyFact<AuditLog>) =>
    (at: Instant): Facts =>
      factsOf([project([cluster(at), other(at)], at, { daily: daily(at, { auditLog }) }), second(at)], at);
  const broken = reading(unknown('getAuditLog p1: 500 UNEXPECTED_ERROR'));
  const refused = reading(notPermitted('Project Owner', 'getAuditLog p1: 403 USER_UNAUTHORIZED'));

  test.for<[string, readonly Step[], readonly string[]]>([
    ['after one run is unknown', [[0, broken]], ['p1: unknown']],
    [
      'after two runs 30 minutes apart is a warning about the project',
      [
        [0, broken],
        [30, broken],
      ],
      ['p1: failing warning'],
    ],
    [
      'after two days is no more than a warning, since the backups are watched',
      [
        [0, broken],
        [30, broken],
        [2 * 24 * 60, broken],
      ],
      ['p1: failing warning'],
    ],
    [
      'is over once it can be read',
      [
        [0, broken],
        [30, broken],
        [60, well],
      ],
      [],
    ],
    [
      'because the role was never given is nothing, however long',
      [
        [0, refused],
        [30, refused],
        [2 * 24 * 60, refused],
      ],
      [],
    ],
    [
      'because the role was taken away is nothing either',
      [
        [0, well],
        [30, refused],
        [2 * 24 * 60, refused],
      ],
      [],
    ],
    [
      'does not hide that a cluster cannot be read',
      [
        [0, (at) => factsOf([project([blind(at), other(at)], at, { daily: daily(at, { auditLog: UNREAD }) }), second(at)], at)],
        [30, (at) => factsOf([project([blind(at), other(at)], at, { daily: daily(at, { auditLog: UNREAD }) }), second(at)], at)],
      ],
      ['p1: failing warning', 'c1: failing warning'],
    ],
  ])('%s', ([, steps, words]) => expect(after(...steps)).toEqual(words));

  test('of every project is no blindness of the organisation as a whole', () => {
    const all = (at: Instant): Facts =>
      factsOf([project([cluster(at)], at, { daily: { auditLog: UNREAD } }), second(at, { daily: { auditLog: UNREAD } })], at);
    expect(after([0, all], [30, all])).toEqual(['p1: failing warning', 'p2: failing warning']);
  });

  test('of our own secrets is a warning about the organisation', () => {
    const unread = (at: Instant): Facts => ({ ...well(at), accounts: { watch: UNREAD } });
    expect(after([0, unread], [30, unread])).toEqual(['organisation: failing warning']);
  });
});
