import type { AuditList } from '../../../lib/wire/lists/audit-pages.ts';
import { Trail } from '../../audit/_parts/trail.tsx';

const SHOWN = 5;

/** What people did last, below the records that it belongs to. */
export function LastActs({ entries, now }: Pick<AuditList, 'entries' | 'now'>) {
  return (
    <section aria-labelledby="acts">
      <h2 id="acts">What people did last</h2>
      {entries.length === 0 ? <p>Nobody has done anything so far.</p> : <Trail entries={entries.slice(0, SHOWN)} now={now} />}
      <p>
        The <a href="/audit">whole audit trail</a> has who did what, and when.
      </p>
    </section>
  );
}
