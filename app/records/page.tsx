import { readHandling } from '../../lib/wire/read-handling.ts';
import { readNewestActs } from '../../lib/wire/lists/audit-pages.ts';
import { readRecordList } from '../../lib/wire/lists/record-pages.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { Recovery } from './_log/recovery.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { LastActs } from './_log/last-acts.tsx';
import { RecordsPage } from './_log/list.tsx';
import { recordsAsked } from './_log/query.ts';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Tests and drills – Restorewatch' };

/** The log of tests, drills, backups and restores; below it what was last proven of each source, and what people did last. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const user = await viewer();
  const asked = recordsAsked(await searchParams);
  const isWhole = asked.query.before === null && !asked.isFiltered;
  const shown = await orLogged('GET /records', () =>
    Promise.all([readRecordList(asked.query), readHandling(), isWhole ? readNewestActs() : null]),
  );
  if (shown === null) return <Unreadable here="/records" title="Tests and drills" />;
  const [list, { status, restoreTests }, acts] = shown;
  return (
    <RecordsPage list={list} asked={asked} user={user}>
      <Recovery recovery={status.recovery} planned={restoreTests} now={status.generatedAt} />
      {acts !== null && <LastActs {...acts} />}
    </RecordsPage>
  );
}
