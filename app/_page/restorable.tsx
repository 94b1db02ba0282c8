import type { PageModel } from '../../lib/page-model.ts';
import { length, Moment } from './moment.tsx';
import { WindowBar } from './window-bar.tsx';

type Row = PageModel['status']['clusters'][number];

/** The moments that can be restored, as a bar and in words, with each break and its cause. */
export function ClusterWindow({ window, kind, now }: Pick<Row, 'window' | 'kind'> & { readonly now: string }) {
  if (window === null) return <span className="soft">{kind === 'flex' ? 'daily snapshots only' : 'none known'}</span>;
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  return (
    <>
      <WindowBar from={from} to={to} breaks={window.breaks.map((hole) => ({ from: Date.parse(hole.from), to: Date.parse(hole.to) }))} />
      <Moment at={window.from} now={now} /> – <Moment at={window.to} now={now} />{' '}
      <span className="soft together">({length(to - from)})</span>
      {window.breaks.map((hole) => (
        <div key={`${hole.from} ${hole.to}`} className="soft">
          but not <Moment at={hole.from} now={now} /> – <Moment at={hole.to} now={now} />: {hole.cause}
        </div>
      ))}
    </>
  );
}

/** How old the newest snapshot that counts is, and when it was taken. */
export function RecoveryPoint({ at, now }: { readonly at: string | null; readonly now: string }) {
  if (at === null) return <span className="soft">none known</span>;
  return (
    <>
      {length(Date.parse(now) - Date.parse(at))} old
      <div className="soft">
        <Moment at={at} now={now} />
      </div>
    </>
  );
}
