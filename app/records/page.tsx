import { readHandling } from '../../lib/wire/read-handling.ts';
import { readNewestActs, type AuditList } from '../../lib/wire/lists/audit-pages.ts';
import { readRecordList } from '../../lib/wire/lists/record-pages.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { Trail } from '../audit/_parts/trail.tsx';
import { Recovery } from './_log/recovery.tsx';
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

const ACTS_SHOWN = 5;

/** What people did last, below the records that it belongs to. */
function LastActs({ entries, now }: Pick<AuditList, 'entries' | 'now'>) {
  return (
    <section aria-labelledby="acts">
      <h2 id="acts">What people did last</h2>
      {entries.length === 0 ? <p>Nobody has done anything so far.</p> : <Trail entries={entries.slice(0, ACTS_SHOWN)} now={now} />}
      <p>
        The <a href="/audit">whole audit trail</a> has who did what, and when.
      </p>
    </section>
  );
}
