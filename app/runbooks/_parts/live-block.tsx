import { iso } from '../../../lib/domain/time.ts';
import { liveRows } from '../../../lib/runbooks/index.ts';
import { TimedText } from '../../_parts/moment.tsx';
import type { Reading } from './read.ts';

/** The live values of the cluster, or why there are none. */
export function LiveBlock({ reading }: { readonly reading: Reading }) {
  if (reading.kind === 'live') {
    const now = iso(reading.values.now);
    return (
      <dl className="live" aria-label="What is known now">
        {liveRows(reading.values).map(({ label, lines, bad }) => (
          <div key={label} data-bad={bad}>
            <dt>{label}</dt>
            <dd>
              {lines.map((line) => (
                <p key={line}>
                  <TimedText text={line} now={now} />
                </p>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  if (reading.kind === 'not-asked') {
    return <p className="soft">Opened from an alert, this page has the cluster’s live values. Words in capitals are to be replaced.</p>;
  }
  return (
    <p className="banner" role="alert">
      <span>{reading.kind === 'unreadable' ? UNREADABLE : nothing(reading.asked.incidentId)}</span>
    </p>
  );
}

const UNREADABLE =
  'The recorded state cannot be read, so there are no live values here: words in capitals are to be replaced. Ask Atlas for the cluster’s window and snapshots.';

function nothing(incidentId: string | null): string {
  return incidentId === null
    ? 'No cluster of this id was found by the last check, so there are no live values here: words in capitals are to be replaced.'
    : 'This incident is not in the recorded state any more (it ended, or the link is wrong), so there are no live values here: words in capitals are to be replaced.';
}
