import { STANDING_IN_WORDS } from '../../../lib/domain/findings/standing.ts';
import { iso, isoOrNull } from '../../../lib/domain/time.ts';
import type { ClusterPage } from '../../../lib/render/cluster/cluster-page.ts';
import { RowFindings } from '../../_parts/findings.tsx';
import { Ago, Moment, TimedText } from '../../_parts/moment.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { CalendarPicture } from './calendar-picture.tsx';
import { OpenIncidents, PastIncidents } from './incident-lines.tsx';
import { PointsSection } from './points-section.tsx';
import { Changes, Commands, ScheduleSection } from './rest.tsx';
import { RestorePicture } from './restore-picture.tsx';
import { RibbonPicture } from './ribbon-picture.tsx';
import { SizePicture } from './size-picture.tsx';

const KINDS = { replicaSet: 'replica set', sharded: 'sharded cluster', flex: 'Flex cluster', free: 'M0' } as const;

/** All that is recorded of one cluster, in the order in which it is needed at night. */
export function ClusterView({ model }: { readonly model: ClusterPage }) {
  const now = iso(model.now);
  const { backups } = model;
  const hasBackups = model.row.cluster.kind !== 'free';
  return (
    <Shell here="/clusters" className={model.stale ? 'cluster stale' : 'cluster'}>
      <p>
        <a href="/clusters">← Clusters</a>
      </p>
      <Doubts model={model} now={now} />
      <Summary model={model} now={now} />
      <OpenIncidents incidents={model.incidents} now={now} />
      <OtherFindings model={model} now={now} />
      <Commands groups={model.commands} />
      {hasBackups && (
        <section aria-labelledby="reach">
          <h2 id="reach">What can be restored</h2>
          <RibbonPicture ribbon={backups.ribbon} now={now} />
        </section>
      )}
      {hasBackups && <PointsSection backups={backups} now={now} />}
      {backups.sizes !== null && <SizePicture history={backups.sizes} now={now} />}
      {hasBackups && <RestorePicture history={model.restores} now={now} />}
      {backups.calendar !== null && <CalendarPicture calendar={backups.calendar} />}
      <PastIncidents incidents={model.incidents} now={now} />
      {model.schedule !== null && <ScheduleSection schedule={model.schedule} now={now} />}
      <Changes changes={model.changes} now={now} />
      <footer className="soft">Times are UTC.</footer>
    </Shell>
  );
}

type Properties = { readonly model: ClusterPage; readonly now: string };

/** Reasons to doubt the rest. */
function Doubts({ model: { stale, checkedAt, gone }, now }: Properties) {
  return (
    <>
      {stale && (
        <p className="banner" role="alert">
          <span>
            Stale: the last complete check is too old. Nothing below is to be taken for the present
            <Ago before="; checked " at={isoOrNull(checkedAt)} now={now} />.
          </span>
        </p>
      )}
      {gone !== null && (
        <p className="banner" role="alert">
          <span>
            <TimedText text={gone.words} now={now} /> Since <Moment at={iso(gone.since)} now={now} />.
          </span>
        </p>
      )}
    </>
  );
}

function Summary({ model, now }: Properties) {
  const { stale, row } = model;
  const { cluster, reach } = row;
  const { name, projectName, kind, standing } = cluster;
  return (
    <section className="headline" data-tone={stale ? 'unknown' : standing}>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <p>
        <span className="standing" data-standing={stale ? 'unknown' : standing}>
          {STANDING_IN_WORDS[standing]}
        </span>{' '}
        <bdi>{projectName}</bdi>, {KINDS[kind]}
      </p>
      <p className="reach">
        Restorable until:{' '}
        <strong>
          <TimedText text={reach.until} now={now} />
        </strong>
      </p>
      {reach.details.map((detail) => (
        <p key={detail}>
          <TimedText text={detail} now={now} />
        </p>
      ))}
      <Links model={model} now={now} />
    </section>
  );
}

function Links({ model: { row, atlas, checkedAt }, now }: Properties) {
  return (
    <p className="links">
      <a href={`/runbooks/restorability?cluster=${encodeURIComponent(row.cluster.clusterId)}`}>Runbook</a>
      {atlas !== null && (
        <a href={atlas} rel="noreferrer">
          Atlas
        </a>
      )}
      <span className="soft">
        <Moment before="Checked " at={isoOrNull(checkedAt)} now={now} />
        <Ago before=", " at={isoOrNull(checkedAt)} now={now} />
      </span>
    </p>
  );
}

/** What no open incident says. */
function OtherFindings({ model: { row }, now }: Properties) {
  const findings = row.findings.filter(({ incident }) => incident === null);
  if (findings.length === 0 && !row.isBlindAsAbove) return null;
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Also found</h2>
      <RowFindings findings={findings} now={now} />
      {row.isBlindAsAbove && <p className="soft">It could not be read, and an incident says why: see the first page.</p>}
    </section>
  );
}
