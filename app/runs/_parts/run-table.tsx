import { plural } from '../../../lib/domain/text.ts';
import type { RunList } from '../../../lib/render/history/run-list.ts';
import { Columns } from '../../_list/parts.tsx';
import { Moment } from '../../_parts/moment.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';

type Entry = RunList['entries'][number];
type Run = Extract<Entry, { readonly kind: 'run' }>;
type Gap = Extract<Entry, { readonly kind: 'gap' }>;

/** Checks and, between them, the intervals without one. */
export function RunTable({ entries, now }: Pick<RunList, 'entries' | 'now'>) {
  return (
    <table className="stacked compact runs">
      <Columns names={['Began', 'Took', 'Outcome', 'Called by', 'Read', 'Unknown', 'Verdicts']} />
      <tbody>
        {entries.map((entry) =>
          entry.kind === 'run' ? <RunRow key={entry.number} run={entry} now={now} /> : <GapRow key={entry.number} gap={entry} now={now} />,
        )}
      </tbody>
    </table>
  );
}

const NOT_RECORDED = 'not recorded';

function RunRow({ run, now }: { readonly run: Run; readonly now: string }) {
  const { runId, startedAt, took, complete, trigger, clusters, unknown, unknownOf } = run;
  return (
    <tr>
      <th scope="row" title={`run ${runId}`}>
        <Moment at={startedAt} now={now} />
      </th>
      <td data-label="Took">{took}</td>
      <td data-label="Outcome">
        <span className="verdict" data-verdict={complete ? 'ok' : 'unknown'}>
          {complete ? 'complete' : 'cut off'}
        </span>
      </td>
      <td data-label="Called by">{trigger === '' ? 'a caller without a name' : (trigger ?? NOT_RECORDED)}</td>
      <td data-label="Read">{clusters === null ? NOT_RECORDED : plural(clusters, 'cluster')}</td>
      <td data-label="Unknown">
        {unknown === null ? NOT_RECORDED : unknown === 0 ? 'nothing' : `${unknown}: `}
        {unknownOf !== null && isolated(unknownOf)}
      </td>
      <td data-label="Verdicts">{changesInWords(run)}</td>
    </tr>
  );
}

function changesInWords({ changed, listsAll }: Run): string {
  if (changed === null) return NOT_RECORDED;
  if (listsAll) return 'all listed anew';
  return changed === 0 ? 'as before' : `other ones on ${plural(changed, 'cluster')}`;
}

function GapRow({ gap: { from, to, length }, now }: { readonly gap: Gap; readonly now: string }) {
  return (
    <tr className="gap">
      <td colSpan={7}>
        <strong>{length === null ? 'The clock was set back' : `No check for ${length}`}</strong>, from <Moment at={from} now={now} /> to{' '}
        <Moment at={to} now={now} />
        {length === null ? ': how long nobody watched is not known.' : ': nobody watched.'}
      </td>
    </tr>
  );
}
