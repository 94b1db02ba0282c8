import type { ClusterPage } from '../../../lib/render/cluster/cluster-page.ts';
import { iso } from '../../../lib/domain/time.ts';
import { Moment, TimedText } from '../../_parts/moment.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';
import { Table, WordsTable } from './picture.tsx';

/** Lines to copy. */
export function Commands({ groups }: { readonly groups: ClusterPage['commands'] }) {
  if (groups.length === 0) return null;
  return (
    <section aria-labelledby="commands">
      <h2 id="commands">Commands</h2>
      <p className="soft">
        Words in capitals are for you to replace. Ours shows what it would do and asks for the target’s name before it restores.
      </p>
      {groups.map(({ title, commands }, index) => (
        <details key={title} open={index === 0}>
          <summary>{title}</summary>
          {commands.map(({ by, line }) => (
            <div key={line} className="command">
              <span className="soft">{by}</span>
              <pre tabIndex={0} aria-label={`${title}, ${by}`}>
                <code>{line}</code>
              </pre>
            </div>
          ))}
        </details>
      ))}
    </section>
  );
}

type ScheduleProperties = { readonly schedule: NonNullable<ClusterPage['schedule']>; readonly now: string };

/** The backup schedule beside what policy promises. */
export function ScheduleSection({ schedule: { schedule, readAt, exempt, lines }, now }: ScheduleProperties) {
  return (
    <section aria-labelledby="schedule">
      <h2 id="schedule">Schedule and policy</h2>
      <p>
        {schedule === null ? 'No check has read the schedule so far.' : `The schedule takes and keeps: ${schedule}.`}
        {readAt !== null && (
          <span className="soft">
            {' '}
            Read <Moment at={iso(readAt)} now={now} />
          </span>
        )}
      </p>
      {exempt === null ? (
        <Table
          label="schedule beside policy"
          columns={['What', 'Promised', 'In Atlas']}
          rows={lines.map(({ what, promised, actual }) => [what, promised, actual])}
        />
      ) : (
        <p>Nothing is promised for it: {isolated(exempt)}</p>
      )}
    </section>
  );
}

/** What somebody changed, and who. */
export function Changes({ changes, now }: { readonly changes: ClusterPage['changes']; readonly now: string }) {
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What changed</h2>
      {changes.length === 0 ? (
        <p className="empty">Nothing that Atlas told lately.</p>
      ) : (
        <WordsTable
          label="what changed"
          columns={['When', 'What', 'Who']}
          rows={changes.map(({ at, what, by }) => [
            <Moment key="at" at={iso(at)} now={now} />,
            <TimedText key="what" text={what} now={now} />,
            by ?? 'Atlas does not say',
          ])}
        />
      )}
    </section>
  );
}
