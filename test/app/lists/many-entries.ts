import type { AuditDraft } from '../../../lib/domain/audit/audit-entry.ts';
import { DAY, HOUR, iso, type Instant } from '../../../lib/domain/time.ts';
import type { Store } from '../../../lib/record/store.ts';
import { record } from '../../record/samples.ts';

const CLUSTERS = 12;

/** A quarter and more of hourly checks, an act of a person a day, and a restore test or drill a day, as they are recorded, the newest yesterday. */
export async function recordMany(store: Store, now: Instant, days = 120): Promise<void> {
  const { revision, head } = await store.readHead();
  if (head === null) throw new Error('record a head first');
  const ago = Array.from({ length: days }, (_, index) => now - (days - index) * DAY);
  const records = ago.map((at, index) =>
    record(`many-${index}`, at, {
      kind: index % 10 === 0 ? 'drill' : 'restore-test',
      subject: `store-${index % CLUSTERS} (project shop)`,
    }),
  );
  await store.swap({ expected: revision, writer: 'many', head, adopt: [], drop: [], history: [], records, release: null, now });
  await store.appendToTrail(ago.flatMap((at) => [...Array.from({ length: 24 }, (_, hour) => checked(at + hour * HOUR)), acted(at)]));
}

function checked(at: Instant): AuditDraft {
  const details = { startedAt: iso(at), finishedAt: iso(at + 40_000), complete: 'yes', trigger: 'vercel', clusters: '12', unknown: '0' };
  const data = '{"whole":false,"clusters":[],"gone":[],"wider":{}}';
  return { at, what: 'run', by: 'cron', from: null, about: `run-${at}`, details, data };
}

function acted(at: Instant): AuditDraft {
  return {
    at,
    what: 'silence-made',
    by: 'dana',
    from: '192.0.2.7',
    about: 'orders (shop)',
    details: { why: 'disk resize', until: iso(at) },
  };
}
