import { readErasures, type UnfinishedRestore, unfinishedRestores } from '../../lib/people/erasures/erasure-log.ts';
import { readTrail, type TrailPage, writeRefusals } from '../../lib/people/audit-trail.ts';
import { readRecords, type RecordsShown } from '../../lib/people/record-notes.ts';
import { environment } from '../../lib/wire/load-environment.ts';
import { forViewers } from '../../lib/wire/recorded-state.ts';
import { openReadingPorts } from '../../lib/wire/reading.ts';
import { openPorts } from '../../lib/wire/wire.ts';
import { readHandling } from '../../lib/wire/read-handling.ts';
import type { HandlingModel } from '../../lib/render/first-page/handling-model.ts';
import { Recovery } from '../_page/recovery.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { Erasures } from './_log/erasures.tsx';
import { queryOf, RecordList, type RecordQuery } from './_log/list.tsx';
import { Trail, trailBefore } from './_log/trail.tsx';
import { UnreadableLog } from './_log/unreadable-log.tsx';
import './records.css';

export const dynamic = 'force-dynamic';

/** Records on one page. */
const LIMIT = 50;
/** Entries of the audit trail on one page. */
const ENTRIES = 20;

type Asked = { readonly asked: RecordQuery; readonly before: number | null; readonly user: string | null };
type Shown = {
  readonly handling: HandlingModel;
  readonly unfinished: readonly UnfinishedRestore[];
  readonly records: RecordsShown;
  readonly trail: TrailPage;
};

/** The log of tests, drills, backups and restores, and the audit trail. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const user = await viewer();
  const query = await searchParams;
  const [asked, before] = [queryOf(query), trailBefore(query)];
  const shown = await orLogged('GET /records', () => read({ asked, before, user }));
  if (shown === null) return <UnreadableLog />;
  const { status, restoreTests } = shown.handling;
  return (
    <RecordList shown={shown.records} asked={asked} user={user}>
      <Recovery recovery={status.recovery} planned={restoreTests} now={status.generatedAt} />
      <Erasures unfinished={shown.unfinished} user={user} />
      <Trail page={shown.trail} before={before} />
    </RecordList>
  );
}

async function read({ asked: { kind, before }, before: trailBelow, user }: Asked): Promise<Shown> {
  // Nobody who is not signed in makes the store write.
  if (user !== null) await writeRefusals(await openPorts());
  const ports = await openReadingPorts();
  const isPublic = environment().access.kind === 'public';
  const [handling, records, trail, unfinished] = await Promise.all([
    readHandling(),
    readRecords(ports, { limit: LIMIT, before, ...(kind && { kind }) }),
    readTrail(ports, { limit: ENTRIES, before: trailBelow, actsOnly: true }, { isPublic }),
    readErasures(ports.store).then((erasures) => unfinishedRestores(ports.store, erasures)),
  ]);
  return { handling, records: forViewers(records), trail, unfinished: forViewers(unfinished) };
}
