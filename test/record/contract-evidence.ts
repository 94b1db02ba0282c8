import { expect, test } from 'vitest';
import type { AuditDraft } from '../../lib/domain/audit/audit-entry.ts';
import { emptyHead } from '../../lib/domain/incidents/head.ts';
import type { PastIncident } from '../../lib/domain/incidents/past-incident.ts';
import { DAY, HOUR, type Instant, iso, MINUTE } from '../../lib/domain/time.ts';
import { type EvidenceRequest, gatherEvidence } from '../../lib/people/export-evidence.ts';
import { enveloped, fileText, publicKeyOf } from '../../lib/record/evidence/dsse.ts';
import { type Evidence, predicateOf, statementOf } from '../../lib/record/evidence/statement.ts';
import { verifyEvidence } from '../../lib/record/evidence/verify-evidence.ts';
import type { Store } from '../../lib/record/store.ts';
import { EVIDENCE_KEY, PUBLIC_KEY } from '../support/evidence-key.ts';
import type { Opened } from './contract.ts';
import { NOW, past, record, swapOf } from './samples.ts';

/** The end of a day that is over, in milliseconds, as an export of whole days asks for it. */
const MIDNIGHT = Date.UTC(2026, 10, 22);
const REQUEST: EvidenceRequest = { from: MIDNIGHT - 3 * DAY, to: MIDNIGHT - 1, cluster: null, framework: null };

/** What an export reads of a store has to verify by the file alone. */
export function evidenceContract(opened: () => Opened): void {
  test('an export of days that are over verifies, though checks went on after them', async () => {
    const { store } = opened();
    await store.swap(swapOf({ trail: hourly(MIDNIGHT - 2 * DAY - 30 * MINUTE, 60) }));
    const gathered = await gather(store);
    expect(gathered.log.at(-1)?.at).toBe(new Date(MIDNIGHT + 30 * MINUTE).toISOString());
    expect(faultsOf(gathered)).toEqual([]);
  });

  test('an incident with its notes, timeline and messages has the digest that the log took of it when it left the head', async () => {
    const { store, other } = opened();
    await store.swap(swapOf({ head: emptyHead(NOW), history: [LIVED], trail: hourly(MIDNIGHT - DAY, 20), now: MIDNIGHT - HOUR }));
    const gathered = await gather(other);
    expect(gathered.incidents).toEqual([LIVED.incident]);
    expect(faultsOf(gathered)).toEqual([]);
    const milder = { ...gathered, incidents: [{ ...LIVED.incident, notes: [] }] };
    expect(faultsOf(milder)).toEqual([expect.stringMatching(/^i-9 does not have the digest that entry \d+ of the log gives it$/)]);
  });

  test('an incident that the log names and the store holds no longer is named as such, and one that is left out shows', async () => {
    const { store } = opened();
    await store.swap(swapOf({ head: emptyHead(NOW), history: [LIVED], now: MIDNIGHT - HOUR }));
    await store.swap(swapOf({ head: emptyHead(NOW), expected: 1, writer: 'run-2', now: NOW + 500 * DAY }));
    const gathered = await gather(store);
    expect([gathered.incidents, gathered.notHeld]).toEqual([[], ['i-9']]);
    expect(faultsOf(gathered)).toEqual([]);
    expect(faultsOf({ ...gathered, notHeld: [] })).toEqual([expect.stringMatching(/^i-9, which entry 1 of the log names, is missing$/)]);
  });

  test('a record that ended in the last second of the period is in the file, and one of the next second is not', async () => {
    const { store } = opened();
    const records = [record('in', MIDNIGHT - 1), record('out', MIDNIGHT)];
    await store.swap(swapOf({ records }));
    const gathered = await gather(store);
    expect([gathered.records.map(({ id }) => id), gathered.notHeld]).toEqual([['in'], []]);
    expect(faultsOf(gathered)).toEqual([]);
  });

  test('one cluster by its id has the records that name it by its name, and those of no cluster whose name begins alike', async () => {
    const { store } = opened();
    const records = [
      record('own', MIDNIGHT - HOUR),
      record('alike', MIDNIGHT - HOUR, { subject: 'orders-archive (project Übung)' }),
      record('drill', MIDNIGHT - HOUR, { kind: 'drill' }),
    ];
    await store.swap(swapOf({ records, trail: hourly(MIDNIGHT - DAY, 30) }));
    for (const cluster of ['orders', 'c-1']) {
      const gathered = await gatherEvidence({ store, now: () => NOW }, { ...REQUEST, cluster });
      expect(gathered.records.map(({ id }) => id).toSorted()).toEqual(['drill', 'own']);
      const { report } = predicateOf(gathered);
      expect([report.restoreTests, report.drills].map((some) => some.map(({ id }) => id))).toEqual([['own'], ['drill']]);
      expect(faultsOf(gathered)).toEqual([]);
    }
  });
}

const LIVED: PastIncident = {
  incident: {
    ...past('i-9', MIDNIGHT - 2 * HOUR, { openedAt: MIDNIGHT - DAY }).incident,
    notes: [{ id: 'n', at: MIDNIGHT - 3 * HOUR, by: 'dana', text: 'resized “the disk” \u{1F4BE}' }],
    timeline: [{ at: MIDNIGHT - DAY, what: 'opened as P1', by: null }],
    trail: [{ by: 'dana', via: 'page', at: MIDNIGHT - 4 * HOUR, until: MIDNIGHT }],
  },
  deliveries: [
    {
      key: 'k',
      kind: 'trigger',
      channel: 'email',
      to: 'd…@example.com',
      state: 'accepted',
      attempts: 1,
      createdAt: MIDNIGHT - DAY,
      acceptedAt: MIDNIGHT - DAY,
      nextTryAt: null,
      lastError: null,
    },
  ],
};

function hourly(from: Instant, count: number): readonly AuditDraft[] {
  const clusters = [{ id: 'c-1', name: 'orders', project: 'Übung', verdicts: { rpo: 'ok' } }];
  return Array.from({ length: count }, (_, hour): AuditDraft => {
    const at = from + hour * HOUR;
    const whole = hour === 0;
    const data = JSON.stringify({ whole, clusters: whole ? clusters : [], gone: [], wider: {} });
    return { at, what: 'run', by: 'cron', from: null, about: `run-${hour}`, details: { startedAt: iso(at) }, data };
  });
}

function gather(store: Store): Promise<Evidence> {
  return gatherEvidence({ store, now: () => NOW }, REQUEST);
}

function faultsOf(evidence: Evidence): readonly string[] {
  const file = fileText(enveloped(JSON.stringify(statementOf(predicateOf(evidence), {})), EVIDENCE_KEY));
  return verifyEvidence(file, { publicKey: publicKeyOf(PUBLIC_KEY) }).faults.map(({ words }) => words);
}
