import { iso } from '../../../lib/domain/time.ts';
import type { Backups, ShownPoint } from '../../../lib/render/cluster/cluster-backups.ts';
import { type KindSummary, laneOf } from '../../../lib/render/cluster/ribbon.ts';
import { Ago, Moment } from '../../_parts/moment.tsx';
import { bytesInWords } from './size-picture.tsx';
import { Table } from './picture.tsx';
import { ForecastPicture } from './forecast-picture.tsx';

type Properties = { readonly backups: Backups; readonly now: string };

/** The recovery points by kind, each of them, and what will be left of them on which day. */
export function PointsSection({ backups, now }: Properties) {
  const { points, readAt, forecast, withoutSchedule } = backups;
  return (
    <section aria-labelledby="points">
      <h2 id="points">Recovery points</h2>
      {readAt !== null && (
        <p className="soft">
          As Atlas listed them <Ago at={iso(readAt)} now={now} />
        </p>
      )}
      {points.length === 0 ? (
        <p className="empty">{readAt === null ? 'No check could read the snapshots so far.' : 'Atlas lists none that counts.'}</p>
      ) : (
        <PointTables backups={backups} now={now} />
      )}
      {forecast !== null && <ForecastPicture forecast={forecast} withoutSchedule={withoutSchedule} now={now} />}
    </section>
  );
}

function PointTables({ backups: { points, kinds }, now }: Properties) {
  return (
    <>
      <Table
        label="recovery points by kind"
        columns={['Kind', 'Number', 'Oldest', 'Newest', 'Next to expire']}
        rows={kinds.map((kind) => kindRow(kind, now))}
      />
      <details>
        <summary>{points.length === 1 ? 'The point' : `All ${points.length} points`}, with expiry, size and copies</summary>
        <Table
          label="all recovery points"
          columns={['Data of', 'Kind', 'Expires', 'Size', 'Copied to', 'Proven']}
          rows={points.map((point) => pointRow(point, now))}
        />
      </details>
    </>
  );
}

function kindRow({ kind, count, oldest, newest, nextExpiry }: KindSummary, now: string) {
  return [
    kind,
    count,
    <Moment key="oldest" at={iso(oldest)} now={now} />,
    <Moment key="newest" at={iso(newest)} now={now} />,
    nextExpiry === null ? 'not told' : <Moment key="expiry" at={iso(nextExpiry)} now={now} />,
  ];
}

function pointRow({ createdAt, expiresAt, kind, sizeBytes, copies, proven }: ShownPoint, now: string) {
  return [
    <Moment key="created" at={iso(createdAt)} now={now} />,
    laneOf(kind),
    expiresAt === null ? 'not told' : <Moment key="expires" at={iso(expiresAt)} now={now} />,
    sizeBytes === null ? 'not told' : bytesInWords(sizeBytes),
    copies === null ? 'not told' : copies.join(', ') || 'nowhere',
    proven ? 'by a restore test' : '–',
  ];
}
